"""braze-lab verify: whether servers, clients, traffic and samples keep the contract."""

from tui.lazy_group import lazy_group

command = lazy_group(
    "verify",
    "tui.commands.verify",
    {
        "consumer": "Run a client against the fake, and check every request it makes.",
        "diff": "Compare two API descriptions: what changed, and whom it breaks.",
        "provider": "Call every operation of a server, and judge its answers.",
        "samples": "Find the request samples of documents, and what is wrong with them.",
        "traffic": "Check recorded requests and answers: HAR, or a journal of the lab.",
    },
    says="Hold something against the contract. Exit status 1 if anything breaks it.",
    example="braze-lab verify samples docs/page.md",
)
