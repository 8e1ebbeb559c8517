"""Whom and what the endpoints about subscription groups name: from queries and bodies."""

from collections.abc import Mapping
from typing import Any

from mock_braze.domain.errors import NoSubscriptionGroups, TooManySubscribers
from mock_braze.domain.subscriptions.subscribers import MOST_CHANGES, Named, WantedChange
from mock_braze.rest.bodies import members_of, query_names, query_phones, query_values
from mock_braze.rest.exchange import Call

STATUS_GET_PARAMETERS = frozenset({"subscription_group_id", "external_id", "email", "phone"})
USER_STATUS_PARAMETERS = frozenset({"external_id", "email", "phone", "limit", "offset"})
_CHANGE = frozenset({"subscription_group_id", "subscription_state", "use_double_opt_in_logic"})
STATUS_SET_MEMBERS = _CHANGE | {"external_id", "email", "phone"}
STATUS_SET_V2_MEMBERS = frozenset({"subscription_groups"})
WANTED_CHANGE_MEMBERS = _CHANGE | {"external_ids", "emails", "phones"}


def asked(call: Call, known: frozenset[str]) -> Named:
    """The identifiers in a query."""
    call.workspace.warn_of_unknown_members(query_names(call), known, call.number)
    return Named(
        query_values(call, "external_id"), query_values(call, "email"), query_phones(call, "phone")
    )


def wanted_change(call: Call) -> WantedChange:
    """The one change in the body of `/subscription/status/set`."""
    members = members_of(call)
    call.workspace.warn_of_unknown_members(members, STATUS_SET_MEMBERS, call.number)
    named = Named(*(_one_or_many(members, name) for name in ("external_id", "email", "phone")))
    return _wanted(members, named, needs_e164=False)


def wanted_changes(call: Call) -> list[WantedChange]:
    """The changes in the body of `/v2/subscription/status/set`, whose names are plural.

    Raises:
        NoSubscriptionGroups: it holds no array of objects.
        TooManySubscribers: it holds more of them than there can be groups.

    Facts: v2-plural-names, v2-group-count
    """
    members = members_of(call)
    call.workspace.warn_of_unknown_members(members, STATUS_SET_V2_MEMBERS, call.number)
    listed = members.get("subscription_groups")
    if not isinstance(listed, list) or not listed:
        raise NoSubscriptionGroups
    if len(listed) > MOST_CHANGES:
        raise TooManySubscribers
    # Inferred: one bad object refuses them all (v2-is-all-or-nothing)
    return [_wanted_v2(call, each) for each in listed]


def _wanted_v2(call: Call, item: Any) -> WantedChange:
    if not isinstance(item, Mapping):
        raise NoSubscriptionGroups
    call.workspace.warn_of_unknown_members(item, WANTED_CHANGE_MEMBERS, call.number)
    # Inferred: one value where an array is asked for is taken as an array of one (v2-plural-names)
    named = Named(*(_one_or_many(item, name) for name in ("external_ids", "emails", "phones")))
    return _wanted(item, named, needs_e164=True)


def _wanted(members: Mapping[str, Any], named: Named, *, needs_e164: bool) -> WantedChange:
    return WantedChange(
        members.get("subscription_group_id"),
        members.get("subscription_state"),
        named,
        members.get("use_double_opt_in_logic"),
        needs_e164,
    )


def _one_or_many(members: Mapping[str, Any], name: str) -> list[Any]:
    value = members.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
