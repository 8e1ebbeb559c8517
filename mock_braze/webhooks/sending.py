"""Making the calls of receivers that are due, outside of a workspace's turn.

The receiver may call the fake in its turn, so nobody may hold the workspace meanwhile. Each due
attempt is claimed by one thread. A manual clock stands at the moment of an attempt until that is
answered, so the same answers make the same journal; beside a clock that runs by itself, receivers
are called by threads of their own, so that a slow one holds up nobody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread

from mock_braze.domain.calendar import LATEST
from mock_braze.domain.clock import Clock, ManualClock
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.messages.webhook_requests import ComposedRequest
from mock_braze.domain.state import State
from mock_braze.domain.webhooks.deliveries import Answer, Delivery, Failure
from mock_braze.domain.webhooks.delivering import (
    answer_without_a_call,
    queue_delivery,
    record_answer,
    user_agent,
)
from mock_braze.domain.workspace import Workspace
from mock_braze.webhooks.calling import call_receiver

MOST_CALLS = 8  # of one workspace at a time, beside a clock that runs by itself


@dataclass(frozen=True, slots=True)
class Call:
    """An attempt that somebody has claimed. `state` is whose it is: a reset makes it nobody's."""

    state: State
    delivery: int
    made_at: datetime
    url: str
    request: ComposedRequest


def deliver(workspace: Workspace) -> None:
    """Call every receiver that is due to be called; the caller must not have the turn."""
    if not workspace.state.deliveries.waiting:
        return
    if isinstance(workspace.clock, ManualClock):
        _deliver(workspace)
        return
    while len(workspace.claims) < MOST_CALLS and (call := _claim(workspace)) is not None:
        Thread(target=_deliver, args=(workspace, call), daemon=True).start()


def advance(workspace: Workspace, span: timedelta) -> None:
    """Move the clock forward, and stop at each attempt on the way until its receiver has answered.

    Raises:
        CannotMove: see `Workspace.advance`.
    """
    _deliver(workspace)
    left, is_over = span, False
    while not is_over:
        with workspace.lock:
            left = workspace.advance_to_call(left)
            is_over = not left
            call = _claim(workspace)
        _deliver(workspace, call)


def set_clock(workspace: Workspace, clock: Clock, before: datetime) -> None:
    """Put another clock in. A manual one is moved to the new time first, as by `advance`.

    Raises:
        CannotMove: see `Workspace.set_clock`.
    """
    if isinstance(workspace.clock, ManualClock) and before < clock.now() <= LATEST:
        advance(workspace, clock.now() - before)
        if isinstance(clock, ManualClock):
            return
        before = workspace.clock.now()
    with workspace.lock:
        workspace.set_clock(clock, before=before)
    deliver(workspace)


def queue_test(workspace: Workspace, request: ComposedRequest) -> Delivery:
    """Have a request sent once, at once, by `send_test`; the caller has the turn."""
    state = workspace.state
    # Inferred: it is sent as any other, without a mark (webhook-test-is-unmarked)
    source = MessageSource(state.journal.next_number())
    delivery = queue_delivery(state, request, state.clock.now(), source, is_test=True)
    workspace.settle()
    workspace.claims.add(delivery.number)
    return delivery


def send_test(workspace: Workspace, delivery: Delivery) -> None:
    """Call the receiver of a test, and wait for it; the caller must not have the turn. A replay
    plays the answer later.
    """
    claims = workspace.claims
    with workspace.lock:
        if not workspace.calls_receivers or delivery.number not in claims:
            claims.discard(delivery.number)
            return
        call = _call_for(workspace, delivery)
        if call is None:
            claims.discard(delivery.number)
            return
    _record(workspace, call, _made(call))


def _deliver(workspace: Workspace, call: Call | None = None) -> None:
    call = call or _claim(workspace)
    while call is not None:
        _record(workspace, call, _made(call))
        call = _claim(workspace)


def _claim(workspace: Workspace) -> Call | None:
    """The next attempt that is due and that nobody has claimed."""
    with workspace.lock:
        workspace.settle()
        if not workspace.calls_receivers:
            return None
        for delivery in workspace.state.deliveries.to_call():
            if delivery.number not in workspace.claims:
                call = _call_for(workspace, delivery)
                if call is not None:
                    workspace.claims.add(delivery.number)
                    return call
    return None


def _call_for(workspace: Workspace, delivery: Delivery) -> Call | None:
    """None where nobody is to be called: what that comes to has been recorded."""
    state, now, request = workspace.state, workspace.clock.now(), delivery.request
    url = state.targets.called(request.url)
    answer = answer_without_a_call(state, delivery, now)
    if answer is None and not url:
        says = "only http to this machine is called; PUT /control/webhook_targets sets a target"
        answer = Answer(failure=Failure.NOT_CALLED, reason=says)
    if answer is not None:
        record_answer(state, delivery.number, now, "", answer)
        return None
    return Call(state, delivery.number, now, url, request)


def _made(call: Call) -> Answer:
    agent = user_agent(call.state.seeds.seed)
    patience = call.state.targets.patience.total_seconds()
    return call_receiver(call.url, call.request, agent, patience)


def _record(workspace: Workspace, call: Call, answer: Answer) -> None:
    with workspace.lock:
        if workspace.state is not call.state:
            return
        workspace.settle()
        workspace.claims.discard(call.delivery)
        record_answer(call.state, call.delivery, call.made_at, call.url, answer)
