"""`/subscription/status/get` and `/subscription/status/set`."""

from mock_braze.domain import rate_limits
from mock_braze.domain.errors import UnknownSubscriptionGroup
from mock_braze.rest import bodies, subscribers
from mock_braze.rest.operations import Call, Reply, operation


@operation("GET", "/subscription/status/get", permission="subscription.status.get")
def get_status(call: Call) -> Reply:
    """States in a group, one entry for each identifier asked.

    Facts: status-get-body, unknown-group-400
    """
    group_ids = bodies.query_values(call, "subscription_group_id")
    if not group_ids:
        raise UnknownSubscriptionGroup
    group = call.workspace.group(group_ids[0])
    asked = subscribers.queried_subscribers(call, group)
    return bodies.read({"status": call.workspace.subscription_states(group, asked)})


@operation(
    "POST",
    "/subscription/status/set",
    permission="subscription.status.set",
    family=rate_limits.STATUS_SET,
)
def set_status(call: Call) -> Reply:
    """Accept a change of state; the answer says nothing of what comes of it.

    Facts: status-set-success-body, status-set-makes-no-profile
    """
    call.workspace.set_subscription_state(subscribers.status_change(call))
    return bodies.accepted({})
