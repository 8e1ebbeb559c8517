"""Making the calls of receivers that are due, outside of a workspace's turn.

The receiver may call the fake in its turn, so nobody may hold the workspace meanwhile. Each due
attempt is claimed by one thread. A manual clock stands at the moment of an attempt until that is
answered, so the same answers make the same journal; beside a clock that runs by itself, receivers
are called by threads of their own, so that a slow one holds up nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Thread

from mock_braze.domain.clock import ManualClock
from mock_braze.domain.messages.webhook_requests import ComposedRequest
from mock_braze.domain.state import State
from mock_braze.domain.webhooks.deliveries import Answer
from mock_braze.domain.webhooks.delivering import end_unsent, record_answer, user_agent
from mock_braze.domain.workspace import Workspace
from mock_braze.webhooks.calling import call_receiver, why_not_called

PATIENCE = 2.0  # real seconds, which stand for the 90 simulated ones of Braze
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
    elif len(workspace.claims) < MOST_CALLS and (call := _claim(workspace)) is not None:
        Thread(target=_deliver, args=(workspace, call), daemon=True).start()


def _deliver(workspace: Workspace, call: Call | None = None) -> None:
    call = call or _claim(workspace)
    while call is not None:
        _record(workspace, call, _made(call))
        call = _claim(workspace)


def _claim(workspace: Workspace) -> Call | None:
    """The next attempt that is due and that nobody has claimed."""
    with workspace.lock:
        workspace.settle()
        state = workspace.state
        deliveries = state.deliveries
        for number in [each for each in deliveries.outgoing if each not in workspace.claims]:
            request = deliveries.numbered(number).request
            if reason := why_not_called(request.url):
                end_unsent(state, number, reason)
                continue
            workspace.claims.add(number)
            return Call(state, number, workspace.clock.now(), request.url, request)
    return None


def _made(call: Call) -> Answer:
    return call_receiver(call.url, call.request, user_agent(call.state.seeds.seed), PATIENCE)


def _record(workspace: Workspace, call: Call, answer: Answer) -> None:
    with workspace.lock:
        if workspace.state is not call.state:
            return
        workspace.settle()
        workspace.claims.discard(call.delivery)
        record_answer(call.state, call.delivery, call.made_at, call.url, answer)
