"""braze-lab: one command. A subcommand's module is imported when that subcommand runs."""

from collections.abc import Mapping

import click

from tui.lazy_group import lazy_group

COMMANDS: Mapping[str, str] = {
    "demo": "Drive participants from a file through their journeys, and check everything.",
    "facts": "Show the dials, the facts behind them, and how far tests cover the facts.",
    "fuzz": "Search an integration for stories that break an invariant.",
    "quikly": "The integration client, against Braze or a fake.",
    "replay": "Make the calls of a journal again, and compare.",
    "run": "Play a story, and show both sides of it.",
    "serve": "Serve the fake Braze on a port.",
    "tui": "Step through activations in a window of the terminal.",
    "verify": "Hold servers, clients, traffic or samples against the contract.",
}

main = click.version_option(package_name="braze-lab")(
    lazy_group(
        "braze-lab",
        "tui.commands",
        COMMANDS,
        says="A local Braze: a stateful fake, a real client, contracts and scenarios.",
        example="braze-lab demo",
    )
)
