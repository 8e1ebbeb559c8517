"""`/users/external_ids/rename` and `/users/external_ids/remove`."""

from mock_braze.domain import rate_limits
from mock_braze.rest import bodies
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

RENAME_ITEM = frozenset({"current_external_id", "new_external_id"})


@operation(
    "POST",
    "/users/external_ids/rename",
    permission="users.external_ids.rename",
    family=rate_limits.EXTERNAL_ID_RENAME,
)
def rename(call: Call) -> Reply:
    """Give users new primary external IDs; the answer says which succeeded.

    Facts: rename-lists-successes
    """
    items = bodies.items(call, "external_id_renames", RENAME_ITEM)
    renamed, failures = call.workspace.rename_external_ids(items, call.number)
    return bodies.accepted({"external_ids": renamed, "rename_errors": failures})


@operation(
    "POST",
    "/users/external_ids/remove",
    permission="users.external_ids.remove",
    family=rate_limits.EXTERNAL_ID_REMOVE,
)
def remove(call: Call) -> Reply:
    """Remove deprecated external IDs; the answer says which are gone.

    Facts: remove-success-body, removal-errors
    """
    items = bodies.items(call, "external_ids", frozenset())
    removed, failures = call.workspace.remove_external_ids(items, call.number)
    return bodies.accepted({"removed_ids": removed, "removal_errors": failures})
