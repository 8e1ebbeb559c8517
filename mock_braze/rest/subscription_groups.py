"""`/subscription/…`: states in groups, asked and set."""

from typing import Any

from mock_braze.domain import rate_limits
from mock_braze.domain.subscriptions.subscription_status import UserStatus
from mock_braze.rest import bodies, subscribers
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation
from mock_braze.rest.queries import read_page, value_of

MOST_USERS = 100


@operation("GET", "/subscription/status/get", permission="subscription.status.get")
def get_status(call: Call) -> Reply:
    """States in a group, one entry for each identifier asked.

    Facts: status-get-body, unknown-group-400
    """
    asked = subscribers.asked(call, subscribers.STATUS_GET_PARAMETERS)
    group_id = value_of(call, "subscription_group_id")
    return bodies.read({"status": call.workspace.subscription_states(group_id, asked)})


@operation("GET", "/subscription/user/status", permission="subscription.groups.get")
def get_user_status(call: Call) -> Reply:
    """The groups of each profile behind some identifiers.

    Facts: user-status-query, user-status-body
    """
    asked = subscribers.asked(call, subscribers.USER_STATUS_PARAMETERS)
    page = read_page(call, most=MOST_USERS)
    told = call.workspace.user_statuses(asked, page.offset, page.limit)
    return bodies.read(
        {"users": [_user(each) for each in told.users], "total_count": told.total_count}
    )


def _user(told: UserStatus) -> dict[str, Any]:
    # Inferred: what a profile lacks is null (user-status-body)
    return {
        "email": told.profile.email,
        "phone": told.profile.phone,
        "external_id": told.profile.external_id,
        "subscription_groups": [
            {"id": group.id, "name": group.name, "channel": group.channel.value, "status": status}
            for group, status in told.groups
        ],
    }


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
    call.workspace.change_subscriptions([subscribers.wanted_change(call)], call.number)
    return bodies.accepted({})


@operation(
    "POST",
    "/v2/subscription/status/set",
    permission="subscription.status.set",
    family=rate_limits.STATUS_SET,
)
def set_status_v2(call: Call) -> Reply:
    """Accept changes of state in several groups.

    Facts: v2-plural-names, v2-success-body
    """
    call.workspace.change_subscriptions(subscribers.wanted_changes(call), call.number)
    return bodies.accepted({})
