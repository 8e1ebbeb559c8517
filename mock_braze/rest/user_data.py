"""`/users/track`: attributes, events and purchases."""

from mock_braze.domain import rate_limits
from mock_braze.rest import bodies
from mock_braze.rest.operations import Call, Reply, error_items, operation


@operation("POST", "/users/track", permission="users.track", family=rate_limits.TRACK)
def track(call: Call) -> Reply:
    """Queue what is good of the request.

    Facts: track-success-body, absent-array-absent-counter, track-partial-errors
    """
    accepted = call.workspace.track(bodies.track_request(call), call.number)
    counters = {f"{array}_processed": n for array, n in accepted.processed.items()}
    return bodies.accepted(counters, error_items(call.workspace, accepted.errors))
