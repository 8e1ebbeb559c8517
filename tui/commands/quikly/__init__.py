"""braze-lab quikly: the integration client, as a partner runs it."""

from tui.lazy_group import lazy_group

command = lazy_group(
    "quikly",
    "tui.commands.quikly",
    {
        "audit": "Decide again what was decided in an activation, and tell every difference.",
        "draw": "Draw the winners of an activation, once it is time.",
        "run": "Carry the participants of an activation to Braze, until all are settled.",
        "serve": "Receive webhooks from Braze, and decide who wins what.",
        "settings": "List everything that can be set, and where.",
    },
    says="The real client, against Braze or anything that behaves like it.",
    example="braze-lab quikly run --help",
)
