"""braze-lab tui: which story the window tells to whom, and bad input."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from tui.app import LabApp
from tui.cli import main
from tui.story_gateway import StoryGateway

A_TERMINAL = SimpleNamespace(isatty=lambda: True)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[StoryGateway]:
    """The stories of the windows that were opened; each was told to its end at once."""
    told: list[StoryGateway] = []

    def tell_all(window: LabApp) -> None:
        gateway = window._gateway
        assert isinstance(gateway, StoryGateway)
        while gateway.step():
            pass
        told.append(gateway)

    terminals = SimpleNamespace(stdin=A_TERMINAL, stdout=A_TERMINAL)
    monkeypatch.setattr("tui.commands.tui.sys", terminals)
    monkeypatch.setattr(LabApp, "run", tell_all)
    return told


def tui(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["tui", *arguments])


def test_a_story_is_told_to_our_own_client(shown: list[StoryGateway]) -> None:
    ran = tui("--story", "sms-new")

    assert (ran.exit_code, ran.output) == (0, "")
    verdict = shown[0].verdict()
    assert verdict is not None
    assert (verdict.broken, verdict.surprises) == ((), ())
    assert shown[0].heading.startswith("sms-new: Somebody new joins by phone.")


def test_a_story_is_told_to_another_integration(shown: list[StoryGateway]) -> None:
    ran = tui("--story", "sms-new", "--integration", "scenario_clients:hasty")

    assert (ran.exit_code, ran.output) == (0, "")
    verdict = shown[0].verdict()
    assert verdict is not None
    assert verdict.broken[0].startswith("no_subscription_update_before_creation_lag")
    assert shown[0].heading.startswith("sms-new (scenario_clients:hasty): Somebody")


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--story", "sms-new", "--integration", "nothing"), "package.module:factory"),
        (("--story", "sms-new", "--integration", "mutant:credit-on-202"), "credit-on-201"),
        (("--story", "sms-new", "--integration", "http://127.0.0.1:1"), "is the driver running?"),
        (("--integration", "mutant:credit-on-201"), "--integration needs a --story"),
    ],
)
def test_what_cannot_be_shown_is_wrong_usage(arguments: tuple[str, ...], says: str) -> None:
    ran = tui(*arguments)

    assert (ran.exit_code, says in ran.stderr) == (2, True)


def test_without_a_terminal_another_command_tells_the_story() -> None:
    ran = tui("--story", "sms-new")

    assert (ran.exit_code, "`braze-lab run` needs none" in ran.stderr) == (2, True)
