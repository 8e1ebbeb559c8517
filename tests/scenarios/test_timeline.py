"""A run as moments on both sides, for whoever reads it."""

from scenarios.stories import Story, bundled_stories, play, read_story
from scenarios.timeline import Kind, Moment, moments


def of_story(name: str, *kinds: Kind) -> list[Moment]:
    """The moments of a bundled story that are of some kinds."""
    played = play(read_story(bundled_stories()[name]))
    return [each for each in moments(played.lab) if each.kind in kinds]


def test_what_is_asked_again_and_again_is_one_moment() -> None:
    asked = of_story("stop-before-the-prompt-is-answered", Kind.REQUEST)

    last = asked[-1]
    assert (last.says, last.answer) == (
        "GET /subscription/status/get +13135551201", "200 Unsubscribed"
    )  # fmt: skip
    assert last.again == f"{last.times - 1} more until 02-04 09:05:30"
    assert last.times > 30


def test_two_calls_of_one_moment_stay_two() -> None:
    asked = of_story("sms-new", Kind.REQUEST)

    assert [each.says for each in asked].count("POST /users/export/ids ana@example.com") == 3
    assert all(each.times == 1 for each in asked)


def test_webhooks_are_told_with_what_came_of_each() -> None:
    called = of_story("hazard-webhook-after-a-timeout", Kind.WEBHOOK)

    assert [each.answer for each in called] == ["no answer within 90 s", "200 won 50 % off"]
    assert '"email": "ana@example.com"' in called[0].says


def test_webhooks_that_the_story_brings_are_told_once_too() -> None:
    called = of_story("offer-runs-out", Kind.WEBHOOK)

    assert [each.answer for each in called] == [
        "200 won 50 % off", "200 won 20 % off", "200 won 20 % off", "200 won 20 % off",
        "200 missed", "401",
    ]  # fmt: skip


def test_a_call_without_an_answer_says_so() -> None:
    asked = of_story("event-answer-lost", Kind.REQUEST)

    assert [each.answer for each in asked].count("no answer") == 1


def test_a_hazard_comes_with_what_to_do_instead() -> None:
    (hazard,) = of_story("hazard-state-set-too-early", Kind.HAZARD)

    assert hazard.advice.startswith("Wait about 2 minutes")


def test_nothing_happened_is_no_moment() -> None:
    assert moments(play(Story(name="x")).lab) == []
