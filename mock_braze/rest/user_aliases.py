"""`/users/alias/new` and `/users/alias/update`."""

from mock_braze.domain import rate_limits
from mock_braze.rest import bodies
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

NEW_ITEM = frozenset({"external_id", "alias_name", "alias_label"})
CHANGE_ITEM = frozenset({"alias_label", "old_alias_name", "new_alias_name"})


@operation(
    "POST", "/users/alias/new", permission="users.alias.new", family=rate_limits.USER_CHANGES
)
def new_aliases(call: Call) -> Reply:
    """Queue new aliases, for known users or as users of their own.

    Facts: alias-new-success-body
    """
    items = bodies.items(call, "user_aliases", NEW_ITEM)
    processed, errors = call.workspace.add_aliases(items, call.number)
    return bodies.accepted_items({"aliases_processed": processed}, errors)


@operation(
    "POST", "/users/alias/update", permission="users.alias.update", family=rate_limits.USER_CHANGES
)
def update_aliases(call: Call) -> Reply:
    """Queue new names for known aliases.

    Facts: alias-update-success-body
    """
    items = bodies.items(call, "alias_updates", CHANGE_ITEM)
    processed, errors = call.workspace.change_aliases(items, call.number)
    return bodies.accepted_items({"aliases_processed": processed}, errors)
