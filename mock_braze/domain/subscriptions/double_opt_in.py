"""Double opt-in: who is asked to confirm, how long, and what ends the asking.

A conversation belongs to a group and a number. The state itself changes elsewhere, once it is
confirmed (`sms/inbound.py`) or set by somebody who does not ask (`subscription_changes.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mock_braze.domain.agenda import Due
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect, MessageKind
from mock_braze.domain.sms.keywords import Language
from mock_braze.domain.sms.outbox import Letter, send_prompt
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.conversations import Conversation, Party
from mock_braze.domain.subscriptions.subscription import Channel, Holder, SubscriptionGroup
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.profile import Profile

CONFIRMATION_WINDOW = timedelta(days=30)
PROMPT_PAUSE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class WindowClosed(Due):
    """The time to confirm is over, unless a later prompt has given more."""

    party: Party
    request: int

    def settle(self, state: State, at: datetime) -> None:
        conversation = state.conversations.begun.get(self.party)
        if conversation is None or conversation.is_expired or conversation.expires_at != at:
            return
        conversation.is_expired = True
        _tell(state, Effect.OPT_IN_EXPIRED, self.party, at, self.request)


@dataclass(frozen=True, slots=True)
class Asked:
    """A state that a request sets in a group; `subject` is whom it names."""

    group: SubscriptionGroup
    subject: str
    value: str
    request: int


def is_asked_for(group: SubscriptionGroup, state: object, flag: object) -> bool:
    """Whether a request's flag counts: only for SMS groups and the state `subscribed`.

    Facts: double-opt-in-flag-elsewhere-ignored
    """
    return flag is True and group.channel is Channel.SMS and state == "subscribed"


def begin_by_request(
    state: State, asked: Asked, profiles: Sequence[Profile], at: datetime, *, are_ready: bool
) -> bool:
    """What a request with the flag does for the profiles it names; False if nothing of its own.

    Facts: double-opt-in-needs-a-profile, double-opt-in-flag-single-group,
        double-opt-in-english-prompt
    """
    if not profiles:
        _not_started(state, asked, "no profile is there", at)
        return True
    if not asked.group.sms.is_double_opt_in:
        says = "the group is single opt-in"
        hazard = Hazard.double_opt_in_on_single_opt_in_group
        state.hazard(hazard, at, asked.request, asked.subject, says)
        return state.dials.flag_on_single_opt_in_group == "ignored"
    numbers = dict.fromkeys(each.phone for each in profiles if each.phone is not None)
    if not are_ready:
        # Inferred: as if the profile were not there yet (double-opt-in-on-unfinished-profile)
        _not_started(state, asked, "the profile was not finished", at)
    elif not numbers:
        _not_started(state, asked, "the profile has no phone", at)
    else:
        for number in numbers:
            party = asked.group.id, Address(AddressKind.PHONE, number)
            _begin_unless_paused(state, asked, party, at)
    return True


def _not_started(state: State, asked: Asked, why: str, at: datetime) -> None:
    state.effect(
        Effect.STATE_LOST, at, asked.request, group_id=asked.group.id, subscriber=asked.subject
    )
    state.hazard(Hazard.double_opt_in_not_started, at, asked.request, asked.subject, why)


def _begin_unless_paused(state: State, asked: Asked, party: Party, at: datetime) -> None:
    """Ask a number to confirm, unless a request had it asked a short while ago.

    Facts: double-opt-in-prompt-cap, double-opt-in-prompt-cap-by-day,
        double-opt-in-nothing-to-confirm
    """
    if is_subscribed(state, party):
        return
    last = state.conversations.last_prompts.get(party)
    if last is not None and _is_paused(state, last, at):
        says = f"the last prompt went out {(at - last).total_seconds():g} s before"
        state.hazard(Hazard.double_opt_in_prompt_capped, at, asked.request, party[1].value, says)
        return
    state.conversations.last_prompts[party] = at
    begin(state, asked.group, party, asked.group.sms.english, at, asked.request)


def _is_paused(state: State, last: datetime, at: datetime) -> bool:
    if state.dials.prompt_cap == "calendar_day":
        return at.date() == last.date()
    return at - last < PROMPT_PAUSE


def begin(
    state: State,
    group: SubscriptionGroup,
    party: Party,
    language: Language,
    at: datetime,
    request: int,
) -> None:
    """Ask a number to confirm, whatever it was asked before.

    Facts: double-opt-in-prompted-by-request, double-opt-in-lapses, double-opt-in-window-start
    """
    conversation = state.conversations.begun.get(party)
    if conversation is None or conversation.is_expired:
        conversation = Conversation(at + CONFIRMATION_WINDOW)
        state.conversations.begun[party] = conversation
        _tell(state, Effect.OPT_IN_PENDING, party, at, request)
    elif state.dials.confirmation_window_from == "last_prompt":
        conversation.expires_at = at + CONFIRMATION_WINDOW
    state.agenda.add(conversation.expires_at, WindowClosed(party, request))
    prompt = group.sms.double_opt_in(language).prompt
    letter = Letter(group.id, party[1].value, MessageKind.PROMPT, language.code, prompt, request)
    send_prompt(state, letter, at)


def told_while_pending(state: State, group_id: str, holder: Holder) -> str | None:
    """What is told instead of the state while a double opt-in waits; None is the state itself.

    Facts: pending-is-not-told
    """
    dial = state.dials.pending_status
    if dial == "as_before" or not isinstance(holder, Address):
        return None
    return dial if state.conversations.is_pending((group_id, holder)) else None


def is_subscribed(state: State, party: Party) -> bool:
    """Whether a number has the state `subscribed` in a group, orphaned or not."""
    group_id, address = party
    held = state.subscriptions.get(group_id, address)
    return held is not None and held.state == "subscribed"


def void(state: State, group_id: str, holder: Holder, at: datetime, request: int) -> None:
    """End a conversation, since somebody has set the state without asking.

    Facts: double-opt-in-voided-by-a-state
    """
    if not isinstance(holder, Address) or (group_id, holder) not in state.conversations.begun:
        return
    party = group_id, holder
    if not state.conversations.begun.pop(party).is_expired:
        _tell(state, Effect.OPT_IN_VOIDED, party, at, request)


def void_all(state: State, address: Address, at: datetime, request: int) -> None:
    """End every conversation with a number that nobody has any more."""
    if state.conversations.begun:
        for group_id in state.subscriptions.groups:
            void(state, group_id, address, at, request)


def warn_of_direct_subscription(state: State, asked: Asked, at: datetime) -> None:
    """Facts: double-opt-in-flag-decides"""
    if asked.value == "subscribed" and asked.group.sms.is_double_opt_in:
        says = "subscribed without a confirmation"
        hazard = Hazard.direct_subscription_in_double_opt_in_group
        state.hazard(hazard, at, asked.request, asked.subject, says)


def _tell(state: State, effect: Effect, party: Party, at: datetime, request: int) -> None:
    group_id, address = party
    state.effect(effect, at, request, group_id=group_id, phone=address.value)
