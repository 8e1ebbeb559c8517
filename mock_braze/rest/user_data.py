"""`/users/track` and its two variants: attributes, events and purchases."""

from functools import lru_cache

from mock_braze.domain import rate_limits
from mock_braze.domain.errors import BulkBodyTooLarge
from mock_braze.domain.tracking.ingestion import TrackAccepted
from mock_braze.domain.tracking.track_sync import resulting_members
from mock_braze.rest import bodies
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import error_items, operation

LARGEST_BULK_BODY = 2 * 1024 * 1024


@operation("POST", "/users/track", permission="users.track", family=rate_limits.TRACK)
def track(call: Call) -> Reply:
    """Queue what is good of the request.

    Facts: track-success-body, absent-array-absent-counter, track-partial-errors
    """
    return _answered(call, call.workspace.track(bodies.track_request(call), call.number))


@operation(
    "POST", "/users/track/bulk", permission="users.track.bulk", family=rate_limits.TRACK_BULK
)
def track_bulk(call: Call) -> Reply:
    """Queue what is good of a far larger request, in a body of at most 2 MB.

    Facts: bulk-limits, bulk-answers-like-track
    """
    if len(call.request.body) > LARGEST_BULK_BODY:
        raise BulkBodyTooLarge
    return _answered(call, call.workspace.track_bulk(bodies.track_request(call), call.number))


def _answered(call: Call, accepted: TrackAccepted) -> Reply:
    counts = tuple(accepted.processed.items())
    if not accepted.errors:
        return Reply(201, _all_accepted(counts))
    return bodies.accepted(_counters(counts), error_items(call.workspace, accepted.errors))


@lru_cache(maxsize=1024)  # nearly all writes have one of a few answers
def _all_accepted(counts: tuple[tuple[str, int], ...]) -> bytes:
    return bodies.accepted(_counters(counts)).body


def _counters(counts: tuple[tuple[str, int], ...]) -> dict[str, int]:
    return {f"{array}_processed": count for array, count in counts}


@operation(
    "POST", "/users/track/sync", permission="users.track.sync", family=rate_limits.TRACK_SYNC
)
def track_sync(call: Call) -> Reply:
    """Process one object, then tell what came of it.

    Facts: sync-answers-with-results, sync-nobody-matched
    """
    synced = call.workspace.track_sync(bodies.track_request(call), call.number)
    return bodies.accepted({"users": resulting_members(synced)})
