"""Every member name the fake knows, so that new endpoints are tested with their own at once."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import mock_braze.domain
import mock_braze.rest

# Members within members, and names that only some values make meaningful.
MORE = """
alias_name alias_label user_alias user_aliases user_identifiers aliases_to_identify
emails_to_identify phone_numbers_to_identify user_aliases_to_update alias_updates old_alias_name
new_alias_name merge_updates identifier_to_merge identifier_to_keep prioritization merge_behavior
external_id_renames current_external_id new_external_id external_ids braze_id braze_ids
email_addresses email phone phones phone_numbers
subscription_groups subscription_group_id subscription_state
name time product_id currency price quantity properties app_id _update_existing_only
callback_endpoint fields_to_export segment_id output_format limit offset page start_date end_date
sort_direction sort_by include_archived event length ending_at unit state content template_name
content_block_id modified_after modified_before include_inclusion_data
external_user_ids external_user_id broadcast audience AND OR custom_attribute comparison value
campaign_id canvas_id send_id messages sms webhook content_card body url request_method schedule
schedule_id time in_local_time recipients attributes send_to_existing_only trigger_properties
context canvas_entry_properties message_variation_id recipient_subscription_state
"""


def known_names() -> list[str]:
    """The texts in the sets and tables of the domain and the surface, in order."""
    return sorted(
        {*MORE.split(), *(name for each in _collections() for name in each if _is_name(name))}
    )


def _collections() -> Iterator[list[object]]:
    for package in (mock_braze.domain, mock_braze.rest):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for value in vars(import_module(found.name)).values():
                if isinstance(value, frozenset | dict):
                    yield list(value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isidentifier() and len(value) < 40
