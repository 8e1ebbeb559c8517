"""A search finds what is wrong with a client, in a story that can be played again."""

from datetime import timedelta
from functools import partial

from scenarios.fuzz.hunt import Search, hunt, trimmed
from scenarios.lab import InProcessFake
from scenarios.our_integration import our_integration
from scenarios.steps import NextStep, Participate, Wait
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


def test_one_seed_finds_one_thing() -> None:
    search = Search(examples=10, steps=5, most=1)

    once, again = hunt(HASTY, search), hunt(HASTY, search)

    assert once.findings == again.findings
    assert once.statistics == again.statistics


def test_our_receiver_holds_its_offers() -> None:
    hunted = hunt(our_integration, Search("webhooks", examples=30))

    assert hunted.findings == []
    assert hunted.statistics.rules["WebhookComes"] > 100
