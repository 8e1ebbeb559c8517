"""`/users/identify` and `/users/merge`."""

from mock_braze.domain import rate_limits
from mock_braze.rest import bodies
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

# Each array with the members of its items and its counter in the answer, in Braze's order.
IDENTIFY_ARRAYS = {
    "aliases_to_identify": (frozenset({"external_id", "user_alias"}), "aliases_processed"),
    "emails_to_identify": (
        frozenset({"external_id", "email", "prioritization"}),
        "emails_processed",
    ),
    "phone_numbers_to_identify": (
        frozenset({"external_id", "phone", "prioritization"}),
        "phone_numbers_processed",
    ),
}
IDENTIFY_MEMBERS = frozenset(IDENTIFY_ARRAYS) | {"merge_behavior"}


@operation("POST", "/users/identify", permission="users.identify", family=rate_limits.USER_CHANGES)
def identify(call: Call) -> Reply:
    """Queue identifications; the answer counts items, not the profiles they find.

    Facts: identify-success-body, identify-counts-items, identify-counts-addresses
    """
    members = bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, IDENTIFY_MEMBERS, call.number)
    arrays = {
        name: bodies.items(call, name, known, is_only_array=False)
        for name, (known, _) in IDENTIFY_ARRAYS.items()
    }
    processed, errors = call.workspace.identify(
        arrays, call.number, merge_behavior=members.get("merge_behavior")
    )
    tells_all = call.workspace.state.dials.identify_counters == "all"
    counters = {
        counter: processed[name]
        for name, (_, counter) in IDENTIFY_ARRAYS.items()
        if tells_all or arrays[name]
    }
    return bodies.accepted_items(counters, errors)


@operation("POST", "/users/merge", permission="users.merge", family=rate_limits.USER_CHANGES)
def merge(call: Call) -> Reply:
    """Queue merges; 202, and nothing is said of what comes of them.

    Facts: merge-answers-202
    """
    members = bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, frozenset({"merge_updates"}), call.number)
    call.workspace.merge(members.get("merge_updates"), call.number)
    return bodies.accepted({}, status=202)
