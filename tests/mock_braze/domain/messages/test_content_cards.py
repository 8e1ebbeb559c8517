"""Content Cards are made at the launch or at the first impression, and go when their time is up."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sending_worlds import CARD, SOURCE, a_reachable_person, send
from worlds import a_purchase, advance, an_event, effects, profile, tracked

from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.cards import ContentCard
from mock_braze.domain.messages.content_cards import launch_card
from mock_braze.domain.messages.message import CardCreation, ContentCardMessage
from mock_braze.domain.messages.sending import SendOutcome, Sent
from mock_braze.domain.segments.filter_reading import read_filter
from mock_braze.domain.users.sessions import start_session
from mock_braze.domain.workspace import Workspace

AT_FIRST_IMPRESSION = replace(CARD, made=CardCreation.FIRST_IMPRESSION)
HIGH = read_filter({"custom_attribute": "level", "operator": ">=", "value": 2})


def session(workspace: Workspace, who: str = "anna") -> None:
    workspace.settle()
    start_session(workspace.state, profile(workspace, who), workspace.clock.now(), 0)


def cards(workspace: Workspace, who: str = "anna") -> list[ContentCard]:
    return workspace.state.content_cards.by_profile.get(profile(workspace, who).braze_id, [])


def titles(workspace: Workspace, who: str = "anna") -> list[str]:
    """Of the cards that somebody sees."""
    workspace.settle()
    now = workspace.clock.now()
    return [each.message.title for each in cards(workspace, who) if each.is_shown(now)]


def launch(workspace: Workspace, message: ContentCardMessage, audience: Any = HIGH) -> None:
    launch_card(workspace.state, message, audience, Occasion(), workspace.clock.now(), SOURCE)


def test_a_card_made_at_launch_is_there_at_once() -> None:
    """Facts: content-card-creation"""
    workspace = a_reachable_person()
    now = workspace.clock.now()

    assert send(workspace, CARD) == Sent(SendOutcome.SENT)

    (card,) = cards(workspace)
    rendered = replace(CARD, title="To Anna", message="Hi Anna")
    assert card == ContentCard(card.number, now, rendered, SOURCE, None)


def test_a_card_of_first_impression_is_made_as_the_next_session_starts() -> None:
    """Facts: content-card-creation"""
    workspace = a_reachable_person()

    assert send(workspace, AT_FIRST_IMPRESSION) == Sent(SendOutcome.AWAITED)
    assert titles(workspace) == []

    advance(workspace, 60)
    session(workspace)
    session(workspace)

    assert titles(workspace) == ["To Anna"]
    (card,) = cards(workspace)
    assert card.made_at == workspace.clock.now()


@pytest.mark.parametrize(
    ("message", "title"), [(CARD, "To Anna"), (AT_FIRST_IMPRESSION, "To Hannah")]
)
def test_liquid_is_worked_out_when_a_card_is_made_and_never_again(
    message: ContentCardMessage, title: str
) -> None:
    """Facts: content-card-is-a-snapshot"""
    workspace = a_reachable_person()
    send(workspace, message)

    tracked(workspace, {"external_id": "anna", "first_name": "Hannah"})
    session(workspace)
    tracked(workspace, {"external_id": "anna", "first_name": "Joan"})
    session(workspace)

    assert titles(workspace) == [title]


def test_an_attribute_shows_at_the_next_session_start() -> None:
    """Facts: content-card-audience, content-card-creation"""
    workspace = a_reachable_person()
    launch(workspace, AT_FIRST_IMPRESSION)

    session(workspace)
    before = titles(workspace)
    tracked(workspace, {"external_id": "anna", "level": 2})
    between = titles(workspace)
    session(workspace)

    assert (before, between, titles(workspace)) == ([], [], ["To Anna"])


def test_who_has_a_card_keeps_it_outside_the_audience() -> None:
    """Facts: content-card-is-a-snapshot"""
    workspace = a_reachable_person()
    launch(workspace, AT_FIRST_IMPRESSION)
    tracked(workspace, {"external_id": "anna", "level": 2})
    session(workspace)

    for level in (1, 2):
        tracked(workspace, {"external_id": "anna", "level": level})
        session(workspace)

    assert titles(workspace) == ["To Anna"]


def test_a_card_for_everybody_needs_no_audience() -> None:
    workspace = a_reachable_person()
    launch(workspace, AT_FIRST_IMPRESSION, audience=None)

    session(workspace)

    assert titles(workspace) == ["To Anna"]


@pytest.mark.parametrize("message", [CARD, AT_FIRST_IMPRESSION])
def test_the_life_of_a_card_counts_from_its_launch(message: ContentCardMessage) -> None:
    """Facts: content-card-expiry"""
    workspace = a_reachable_person()
    send(workspace, replace(message, expires_after=timedelta(hours=1)))

    advance(workspace, 3599)
    session(workspace)
    shown = titles(workspace)
    advance(workspace, 1)

    assert (shown, titles(workspace)) == (["To Anna"], [])


def test_a_card_that_has_expired_is_not_made_any_more() -> None:
    """Facts: content-card-expiry"""
    workspace = a_reachable_person()
    message = replace(AT_FIRST_IMPRESSION, expires_after=timedelta(hours=1))
    send(workspace, message)
    launch(workspace, message, audience=None)

    advance(workspace, 3600)
    session(workspace)

    assert cards(workspace) == []
    assert workspace.state.content_cards.standing == []


@pytest.mark.parametrize(
    ("removal", "done", "is_removed"),
    [
        ({"removed_by_event": "won"}, {"events": [an_event("won", external_id="anna")]}, True),
        ({"removed_by_event": "won"}, {"events": [an_event("lost", external_id="anna")]}, False),
        ({"removed_by_event": "won"}, {"events": [an_event("won", external_id="ben")]}, False),
        ({"removed_by_purchase": "p-1"}, {"purchases": [a_purchase(external_id="anna")]}, True),
        ({"removed_by_purchase": "*"}, {"purchases": [a_purchase(external_id="anna")]}, True),
        ({"removed_by_purchase": "p-2"}, {"purchases": [a_purchase(external_id="anna")]}, False),
        ({"removed_by_event": "p-1"}, {"purchases": [a_purchase(external_id="anna")]}, False),
        ({}, {"purchases": [a_purchase(external_id="anna")]}, False),
    ],
)
def test_an_event_or_a_purchase_takes_a_card_away(
    removal: dict[str, str], done: dict[str, Any], is_removed: bool
) -> None:
    """Facts: content-card-removal"""
    workspace = a_reachable_person()
    send(workspace, replace(CARD, **removal))

    for _ in range(2):
        tracked(workspace, **done)

    assert titles(workspace) == ([] if is_removed else ["To Anna"])
    told = [each for each in effects(workspace) if each.effect.value == "content_card_removed"]
    assert len(told) == is_removed


def test_an_event_before_a_card_is_made_does_not_remove_it() -> None:
    """Facts: content-card-removal-of-made-ones"""
    workspace = a_reachable_person()
    send(workspace, replace(AT_FIRST_IMPRESSION, removed_by_event="won"))

    tracked(workspace, events=[an_event("won", external_id="anna")])
    session(workspace)

    assert titles(workspace) == ["To Anna"]


def test_a_card_that_calls_itself_off_at_the_first_impression_is_not_made() -> None:
    """Facts: liquid-abort-message"""
    workspace = a_reachable_person()
    send(workspace, replace(AT_FIRST_IMPRESSION, message="{% abort_message('no') %}"))

    session(workspace)

    assert cards(workspace) == []
    told = [each for each in effects(workspace) if each.effect.value == "message_aborted"]
    assert [each.details["reason"] for each in told] == ["no"]


def test_a_session_counts_and_leaves_its_date() -> None:
    workspace = a_reachable_person()
    first = workspace.clock.now()

    session(workspace)
    advance(workspace, 60)
    session(workspace)

    anna = profile(workspace, "anna")
    assert anna.sessions == 2
    assert (anna.fields["date_of_first_session"], anna.fields["date_of_last_session"]) == (
        first,
        workspace.clock.now(),
    )
