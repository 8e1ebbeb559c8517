"""`/users/delete`."""

from mock_braze.domain import rate_limits
from mock_braze.rest import bodies
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

KINDS = ("external_ids", "user_aliases", "braze_ids", "email_addresses", "phone_numbers")
MEMBERS = frozenset(KINDS)


@operation("POST", "/users/delete", permission="users.delete", family=rate_limits.USER_CHANGES)
def delete(call: Call) -> Reply:
    """Queue deletions; the answer counts them, not the profiles they find.

    Facts: delete-success-body, delete-counts-items
    """
    members = bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, MEMBERS, call.number)
    arrays = {name: bodies.array(members, name) for name in KINDS}
    deleted, errors = call.workspace.delete(arrays, call.number)
    return bodies.accepted_items({"deleted": deleted}, errors)
