"""braze-lab quikly: the integration client, as a partner runs it."""

from tui.lazy_group import lazy_group

command = lazy_group(
    "quikly",
    "tui.commands.quikly",
    {
        "run": "Carry the participants of an activation to Braze, until all are settled.",
        "settings": "List everything that can be set, and where.",
    },
    says="The real client, against Braze or anything that behaves like it.",
    example="braze-lab quikly run --help",
)
