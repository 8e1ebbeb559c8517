"""What every control call that changes a world shares: it has the workspace's turn from its
first check to its answer, what was due before has come true, and it is journaled.
"""

from flask import Blueprint, Response, g, request

from mock_braze.control.calls import check_query, selected_workspace
from mock_braze.domain.journal import ControlCalled
from mock_braze.domain.workspace import Workspace

# Moves of the clock have entries of their own; the others begin or replace a whole journal.
UNJOURNALED = frozenset(
    {"control.clock", "control.workspaces", "control.snapshot", "control.world"}
)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def take_turns(control: Blueprint) -> None:
    """Let all calls of the control plane be made so."""
    control.before_request(check_query)
    control.before_request(_begin)
    control.after_request(_journal)
    control.teardown_request(_end)


def _begin() -> None:
    if request.method in READING or not UNJOURNALED.isdisjoint(request.blueprints):
        return
    workspace = selected_workspace()
    workspace.lock.__enter__()
    g.turn = workspace
    workspace.settle()


def end_turn() -> None:
    """End the turn of this call before its answer: it is journaled, and others may go on."""
    if "turn" in g:
        _note(g.turn)
        _end(None)


def _journal(response: Response) -> Response:
    if "turn" in g and response.status_code < 400:
        _note(g.turn)
    return response


def _note(workspace: Workspace) -> None:
    journal = workspace.state.journal
    journal.add(
        ControlCalled(
            journal.next_number(),
            workspace.clock.now(),
            request.method,
            request.path,
            _query(request.query_string.decode("latin-1")),
            request.get_data(),
        )
    )


def _query(query: str) -> str:
    """Without the name of the workspace: a journal is of one, and may be replayed in another."""
    return "&".join(each for each in query.split("&") if not each.startswith("workspace="))


def _end(_: BaseException | None) -> None:
    if "turn" in g:
        g.pop("turn").lock.__exit__(None, None, None)
