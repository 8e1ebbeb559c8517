"""Outbox: the SMS that the fake sends. What is sent is an entry of the journal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.agenda import Due
from mock_braze.domain.journal import Effect, MessageKind, MessageSent
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.invalid_phones import is_unreachable
from mock_braze.domain.users.addresses import Address


@dataclass(frozen=True, slots=True)
class Letter(Due):
    """A text on its way; `request` is the journal entry that caused it."""

    group_id: str
    phone: str
    message: MessageKind
    language: str
    body: str
    request: int
    campaign_id: str | None = None
    dispatch_id: str | None = None

    def settle(self, state: State, at: datetime) -> None:
        send(state, self, at)


def send(state: State, letter: Letter, at: datetime) -> None:
    """Send a text now; one without words is none, and to an invalid number none goes out.

    Facts: invalid-phone-marks-present-profiles
    """
    if not letter.body:
        return
    if is_unreachable(state, letter.phone):
        state.effect(
            Effect.MESSAGE_NOT_SENT, at, letter.request,
            group_id=letter.group_id, phone=letter.phone,
        )  # fmt: skip
        return
    state.journal.add(
        MessageSent(
            state.journal.next_number(), at, letter.group_id, letter.phone,
            letter.message, letter.language, letter.body, letter.request,
            letter.campaign_id, letter.dispatch_id,
        )
    )  # fmt: skip


def send_prompt(state: State, letter: Letter, at: datetime) -> None:
    """Hand a prompt to the provider, which may lose it or take its time.

    Facts: prompts-may-be-lost-or-late
    """
    if state.dials.prompt_delivery == "dropped":
        state.effect(
            Effect.PROMPT_DROPPED, at, letter.request,
            group_id=letter.group_id, phone=letter.phone,
        )  # fmt: skip
    elif state.dials.prompt_delay:
        state.agenda.add(at + state.dials.prompt_delay, letter)
    else:
        send(state, letter, at)


def sent_messages(
    state: State, *, since: int = 0, address: Address | None = None
) -> Iterator[MessageSent]:
    """What was sent after the journal's entry `since`, to one number if asked."""
    for entry in state.journal.since(since, MessageSent.kind):
        if isinstance(entry, MessageSent) and (address is None or entry.phone == address.value):
            yield entry
