"""A search finds what is wrong with a client, in a story that can be played again."""

from datetime import timedelta
from functools import partial

from scenarios.fuzz.hunt import Search, hunt, trimmed
from scenarios.fuzz.targets import integration
from scenarios.lab import InProcessFake
from scenarios.our_integration import our_integration
from scenarios.steps import NextStep, Participate, PartnerCalls, Wait
from scenarios.stories import Story, play

HASTY = partial(our_integration, creation_wait=timedelta(seconds=1))


def test_what_is_found_breaks_again_when_it_is_played() -> None:
    found = hunt(HASTY, Search(examples=40, steps=8, most=1)).findings

    assert [each.breaks for each in found] == [("no_subscription_update_before_creation_lag",)]
    assert play(found[0], HASTY).is_as_told
    assert not play(found[0]).is_as_told


def test_a_story_is_told_without_what_it_can_do_without() -> None:
    joins = Participate(email="ana@example.com", activation="spring-drop", phone="+13135551201")
    invariant = "no_subscription_update_before_creation_lag"
    long = Story(
        name=invariant, dials={"status_lag": 5}, breaks=(invariant,),
        steps=(Wait(seconds=60), joins, NextStep(), NextStep()),
    )  # fmt: skip

    short = trimmed(long, HASTY, InProcessFake())

    assert (short.steps, short.dials, short.breaks) == ((joins,), {}, (invariant,))


def test_what_an_integration_raises_is_found_with_its_story() -> None:
    with integration("scenario_clients:failing") as make:
        found = hunt(make, Search(examples=20, steps=5)).findings

        assert [each.breaks for each in found] == [("the_integration_raises_nothing",)]
        assert [type(each) for each in found[0].steps] == [Participate]
        assert (
            "run_due raised KeyError: ('users', 2026) (scenario_clients.py, line " in found[0].says
        )
        assert play(found[0], make).is_as_told


def test_a_second_finding_may_have_the_first_on_its_way() -> None:
    calls = PartnerCalls(path="/users/merge", body={})
    joins = Participate(email="ana@example.com", activation="spring-drop", phone="+13135551201")
    second = "no_subscription_update_before_creation_lag"
    steps = (calls, Wait(seconds=60), joins, Wait(seconds=60))
    story = Story(name=second, breaks=(second,), steps=steps)

    assert play(story, HASTY).broke_after == 4
    assert trimmed(story, HASTY, InProcessFake()).steps == (joins,)


def test_one_seed_finds_one_thing() -> None:
    search = Search(examples=10, steps=5, most=1)

    once, again = hunt(HASTY, search), hunt(HASTY, search)

    assert once.findings == again.findings
    assert once.statistics == again.statistics


def test_our_receiver_holds_its_offers() -> None:
    hunted = hunt(our_integration, Search("webhooks", examples=30))

    assert hunted.findings == []
    assert hunted.statistics.rules["WebhookComes"] > 100
