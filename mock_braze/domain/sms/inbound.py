"""Inbound texts: what a text to the number of a group does, and what is answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mock_braze.domain.campaigns.entry import fire
from mock_braze.domain.campaigns.happenings import Texted
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect, MessageKind, MessageReceived
from mock_braze.domain.sms.keywords import Category, FuzzyOptOut, Language, Match, nearly_opts_out
from mock_braze.domain.sms.outbox import Letter, send
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.change_source import ChangeSource
from mock_braze.domain.subscriptions.conversations import Party
from mock_braze.domain.subscriptions.double_opt_in import begin, is_subscribed, void
from mock_braze.domain.subscriptions.orphan_states import adopt_states
from mock_braze.domain.subscriptions.subscription import SubscriptionGroup
from mock_braze.domain.subscriptions.subscription_changes import take_state
from mock_braze.domain.users.addresses import Address
from mock_braze.domain.users.creation import create_profile
from mock_braze.domain.users.identity import Phone

REPLIES = {
    Category.OPT_IN: MessageKind.OPT_IN,
    Category.OPT_OUT: MessageKind.OPT_OUT,
    Category.HELP: MessageKind.HELP,
}


class Outcome(StrEnum):
    """What came of a text."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    INSTRUCTED = "instructed"
    REPLIED = "replied"
    NOTHING = "nothing"
    IGNORED = "ignored"  # the number is on no profile, or the group is archived


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it came in; `number` is its journal entry."""

    group: SubscriptionGroup
    address: Address
    body: str
    at: datetime
    number: int

    @property
    def party(self) -> Party:
        return self.group.id, self.address


@dataclass(frozen=True, slots=True)
class Heard:
    """How a text was taken: its category and language, and what came of it."""

    number: int
    category: str
    language: str | None
    outcome: Outcome


def receive(state: State, group: SubscriptionGroup, address: Address, body: str) -> Heard:
    """Take a text to the number of a group; campaigns hear of it once it has had its effect.

    Facts: text-trigger
    """
    heard = _receive(state, group, address, body)
    if state.campaigns.listeners and heard.outcome is not Outcome.IGNORED:
        at = state.clock.now()
        happening = Texted(group.id, heard.category, body)
        for profile in state.profiles.with_address(address):
            fire(state, profile, happening, at, heard.number)
    return heard


def _receive(state: State, group: SubscriptionGroup, address: Address, body: str) -> Heard:
    """Facts: sms-default-keywords, sms-unknown-number-makes-profile, sms-unknown-number-ignored"""
    # Inferred: a number belongs to one group, so the group stands for it (sms-one-group-per-number)
    at, number = state.clock.now(), state.journal.next_number()
    state.journal.add(MessageReceived(number, at, group.id, address.value, body))
    text = Text(group, address, body, at, number)
    match = _match(state, text)
    if group.is_archived:
        # Inferred: its numbers answer to nothing (archived-groups-do-not-change)
        return _heard(text, match, Outcome.IGNORED)
    if not state.profiles.with_address(address):
        if not group.sms.unknown_numbers or match is None or match.category not in (
            Category.OPT_IN, Category.OPT_OUT
        ):  # fmt: skip
            # Inferred: without the setting no word counts (sms-unknown-number-without-setting)
            return _heard(text, match, Outcome.IGNORED)
        _make_profile(state, text)
    confirming = group.sms.confirming_language(body)
    if confirming is not None and state.conversations.is_pending(text.party):
        return _confirm(state, text, confirming)
    if match is None:
        return _other(state, text, confirming)
    match match.category:
        case Category.OPT_IN:
            return _heard(text, match, _opt_in(state, text, match))
        case Category.OPT_OUT:
            return _heard(text, match, _opt_out(state, text, match.language))
        case Category.HELP:
            return _heard(text, match, _reply(state, text, match.language, Category.HELP))
        case _:
            return _heard(text, match, _own_category(state, text, match))


def _match(state: State, text: Text) -> Match | None:
    """The keyword that a text is, unless it does not count as one.

    Facts: double-opt-in-unlisted-keywords
    """
    settings = text.group.sms
    match = settings.match(text.body)
    if match is not None and _is_unlisted(text, match):
        return None if state.dials.unlisted_opt_in_keyword == "other" else match
    return match


def _is_unlisted(text: Text, match: Match) -> bool:
    """An opt-in word that the group's double opt-in does not list."""
    settings = text.group.sms
    is_opt_in = settings.is_double_opt_in and match.category == Category.OPT_IN
    return is_opt_in and not settings.is_prompt_keyword(match)


def _heard(text: Text, match: Match | None, outcome: Outcome) -> Heard:
    if match is None:
        return Heard(text.number, Category.OTHER, None, outcome)
    return Heard(text.number, match.category, match.language.code, outcome)


def _make_profile(state: State, text: Text) -> None:
    """An anonymous profile for a number that nobody has; it is finished at once.

    What the number was asked while others had it is over.

    Facts: sms-unknown-number-makes-profile
    """
    void(state, text.group.id, text.address, text.at, text.number)
    number, at = Phone(text.address.value), text.at
    profile = create_profile(state, number, at, 0, text.number, at, is_finished=True)
    state.touch(profile)
    state.effect(
        Effect.PROFILE_CREATED, text.at, text.number, braze_id=profile.braze_id, email=None,
        phone=profile.phone, external_id=None, by="sms",
    )  # fmt: skip
    adopt_states(state, profile, text.at, text.number)


def _set(state: State, text: Text, value: str) -> None:
    """Facts: sms-text-reaches-all-holders"""
    for profile in state.profiles.with_address(text.address)[:1]:  # and with it all the others
        source = ChangeSource.INBOUND_MESSAGE
        take_state(state, profile, text.group.id, value, text.at, text.number, source)


def _send(state: State, text: Text, kind: MessageKind, language: Language, body: str) -> None:
    letter = Letter(text.group.id, text.address.value, kind, language.code, body, text.number)
    send(state, letter, text.at)


def _reply(state: State, text: Text, language: Language, category: Category) -> Outcome:
    body = dict(language.categories())[category].reply
    _send(state, text, REPLIES[category], language, body)
    return Outcome.REPLIED


def _confirm(state: State, text: Text, language: Language) -> Heard:
    """Facts: double-opt-in-confirmed"""
    del state.conversations.begun[text.party]
    _set(state, text, "subscribed")
    body = text.group.sms.double_opt_in(language).confirmation
    _send(state, text, MessageKind.CONFIRMATION, language, body)
    return Heard(text.number, Category.OPT_IN, language.code, Outcome.CONFIRMED)


def _opt_in(state: State, text: Text, match: Match) -> Outcome:
    """Facts: double-opt-in-prompted-by-keyword, double-opt-in-start-while-subscribed,
    double-opt-in-repeated-start
    """
    is_double = text.group.sms.is_double_opt_in
    if is_double and is_subscribed(state, text.party):
        if state.dials.start_while_subscribed == "silent":
            return Outcome.NOTHING
        return _reply(state, text, match.language, Category.OPT_IN)
    is_direct = _is_unlisted(text, match) and state.dials.unlisted_opt_in_keyword == "subscribe"
    if is_double and not is_direct:
        begin(state, text.group, text.party, match.language, text.at, text.number)
        return Outcome.PENDING
    _set(state, text, "subscribed")
    _reply(state, text, match.language, Category.OPT_IN)
    return Outcome.SUBSCRIBED


def _opt_out(state: State, text: Text, language: Language) -> Outcome:
    _set(state, text, "unsubscribed")
    _reply(state, text, language, Category.OPT_OUT)
    return Outcome.UNSUBSCRIBED


def _own_category(state: State, text: Text, match: Match) -> Outcome:
    """Facts: sms-reply-to-opted-out"""
    held = state.subscriptions.get(text.group.id, text.address)
    if held is not None and held.state == "unsubscribed":
        return Outcome.NOTHING
    _send(state, text, MessageKind.CUSTOM, match.language, match.reply)
    return Outcome.REPLIED


def _other(state: State, text: Text, confirming: Language | None) -> Heard:
    """Facts: sms-other-category, double-opt-in-confirmation-outside-pending, sms-fuzzy-opt-out"""
    settings, english = text.group.sms, text.group.sms.english
    if confirming is not None:
        return _heard(text, None, _confirm_in_vain(state, text, confirming))
    if settings.fuzzy_opt_out is FuzzyOptOut.OFF or not nearly_opts_out(settings, text.body):
        return _heard(text, None, Outcome.NOTHING)
    if settings.fuzzy_opt_out is FuzzyOptOut.UNSUBSCRIBE:
        outcome = _opt_out(state, text, english)
        return Heard(text.number, Category.OPT_OUT, english.code, outcome)
    _send(state, text, MessageKind.INSTRUCTION, english, settings.fuzzy_instruction)
    return _heard(text, None, Outcome.INSTRUCTED)


def _confirm_in_vain(state: State, text: Text, language: Language) -> Outcome:
    """Facts: double-opt-in-lapses, double-opt-in-confirmation-outside-pending"""
    if state.conversations.has_expired(text.party):
        says = "the time to confirm was over"
        hazard = Hazard.confirmation_too_late
        state.hazard(hazard, text.at, text.number, text.address.value, says)
    answers = state.dials.confirmation_outside_pending == "confirmation"
    if not answers or not is_subscribed(state, text.party):
        return Outcome.NOTHING
    body = text.group.sms.double_opt_in(language).confirmation
    _send(state, text, MessageKind.CONFIRMATION, language, body)
    return Outcome.REPLIED
