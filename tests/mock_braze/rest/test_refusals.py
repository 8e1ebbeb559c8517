"""Every entry of the three catalogues of errors is provoked over HTTP, with its wording."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from worlds import (
    EMAIL,
    EMAIL_GROUP,
    KEY,
    PHONE,
    SMS_GROUP,
    World,
    a_purchase,
    alias_json,
    an_event,
)

from mock_braze.domain import errors
from mock_braze.domain.errors import Refusal
from mock_braze.domain.tracking.item_faults import ItemFault
from mock_braze.domain.tracking.object_faults import ObjectFault
from mock_braze.rest.exchange import LARGEST_BODY
from mock_braze.rest.user_data import LARGEST_BULK_BODY

NOTHING = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields."


def without_permission(world: World) -> requests.Response:
    world.workspaces.add_key(world.workspace, "reader", ["users.export.ids"])
    return world.post("/users/track", headers={"Authorization": "Bearer reader"})


def from_another_address(world: World) -> requests.Response:
    world.workspaces.add_key(world.workspace, "far", ["users.track"], ["203.0.113.0/24"])
    return world.post("/users/track", headers={"Authorization": "Bearer far"})


def with_an_inactive_account(world: World) -> requests.Response:
    world.control("PATCH", "/dials", {"account": "inactive"})
    return world.track({"external_id": "a"})


def over_the_limit(world: World) -> requests.Response:
    for _ in range(40):
        world.export(external_ids=["a"], fields_to_export=["email"])
    return world.export(external_ids=["a"], fields_to_export=["email"])


def export_to_a_newer_account(world: World) -> requests.Response:
    world.control("PATCH", "/dials", {"export_fields": "required"})
    return world.export(external_ids=["a"])


def merged(world: World, source: Any) -> requests.Response:
    update = {"identifier_to_merge": source, "identifier_to_keep": {"external_id": "a"}}
    return world.post("/users/merge", {"merge_updates": [update]})


def export_a_segment_twice(world: World) -> requests.Response:
    everybody = {"custom_event": "won", "operator": "does_not_exist"}
    world.control("POST", "/segments", {"id": "all", "name": "All", "filter": everybody})
    asked = {"segment_id": "all", "fields_to_export": ["email"]}
    world.post("/users/export/segment", asked)
    return world.post("/users/export/segment", asked)


def scheduled(world: World, **members: Any) -> requests.Response:
    return world.post("/messages/schedule/update", members)


def sent(world: World, messages: Any = None, **members: Any) -> requests.Response:
    """A send to somebody, unless the members say otherwise."""
    mail = {"email": {"from": "a@b.com", "body": "Hi"}} if messages is None else messages
    return world.post("/messages/send", {"external_user_ids": ["a"], "messages": mail, **members})


def sent_under_a_campaign(world: World) -> requests.Response:
    world.control("POST", "/campaigns", {"id": "c", "name": "C", "is_api_campaign": True})
    return sent(world, campaign_id="c")


def with_a_campaign(world: World) -> None:
    mail = {"channel": "email", "from": "a@b.com", "subject": "Hi", "body": "Hi"}
    told = {"id": "c", "name": "C", "trigger": {"kind": "api"}, "messages": [mail]}
    world.control("POST", "/campaigns", told)
    world.workspace.state.campaigns.campaigns["c"].variation_ids = ("v-1",)


def triggered(world: World, recipients: list[Any]) -> requests.Response:
    with_a_campaign(world)
    return world.post("/campaigns/trigger/send", {"campaign_id": "c", "recipients": recipients})


def sent_as(world: World, channel: str, variation: str) -> requests.Response:
    with_a_campaign(world)
    return sent(world, {channel: {"message_variation_id": variation}}, campaign_id="c")


REFUSALS: list[tuple[type[Refusal], int, str, Callable[[World], requests.Response]]] = [
    (
        errors.UnknownApiKey,
        401,
        "Invalid API key: x",
        lambda world: world.post("/users/track", headers={"Authorization": "Bearer x"}),
    ),
    (errors.AccessDenied, 403, "Access Denied", without_permission),
    (errors.AddressNotAllowed, 403, "Access Denied", from_another_address),
    (errors.AccountInactive, 403, "Forbidden", with_an_inactive_account),
    (errors.UnknownPath, 404, "Not Found", lambda world: world.post("/users/nowhere")),
    (
        errors.BodyTooLarge,
        413,
        "Request Entity Too Large",
        lambda world: world.post("/users/track", raw=b" " * (LARGEST_BODY + 1)),
    ),
    (
        errors.WrongContentType,
        415,
        "Unsupported Media Type",
        lambda world: world.post("/users/track", headers={"Content-Type": "text/plain"}),
    ),
    (errors.RateLimited, 429, "Rate Limited", over_the_limit),
    (
        errors.NotJson,
        400,
        "Bad Request",
        lambda world: world.post("/users/track", raw=b"{"),
    ),
    (
        errors.TooManyObjects,
        400,
        "Max Input Length Exceeded",
        lambda world: world.track(*[{"external_id": "a"}] * 76),
    ),
    (
        errors.BulkBodyTooLarge,
        400,
        "Request Entity Too Large",
        lambda world: world.post("/users/track/bulk", raw=b"[%s]" % (b" " * LARGEST_BULK_BODY)),
    ),
    (errors.NothingUsable, 400, NOTHING, lambda world: world.track()),
    (
        errors.UnknownSubscriptionGroup,
        400,
        "Invalid subscription group ID",
        lambda world: world.set_status("no group", phone=PHONE),
    ),
    (
        errors.EmailAndPhone,
        400,
        "Either an email address or a phone number should be provided, but not both.",
        lambda world: world.set_status(phone=PHONE, email=EMAIL),
    ),
    (
        errors.BadSubscriptionState,
        400,
        "Invalid subscription state",
        lambda world: world.set_status(phone=PHONE, subscription_state="maybe"),
    ),
    (
        errors.NoSubscriber,
        400,
        "An external_id, email or phone is required",
        lambda world: world.status(""),
    ),
    (
        errors.TooManySubscribers,
        400,
        "The max number of ids per request was exceeded",
        lambda world: world.set_status(external_id=["a"] * 51),
    ),
    (
        errors.WrongChannel,
        400,
        "The identifier does not match the channel of the subscription group",
        lambda world: world.set_status(EMAIL_GROUP, phone=PHONE),
    ),
    (
        errors.BadSubscriberAddress,
        400,
        "Invalid email address or phone number",
        lambda world: world.set_status(phone="12"),
    ),
    (
        errors.NoSubscriptionGroups,
        400,
        "'subscription_groups' must be an array of objects",
        lambda world: world.post("/v2/subscription/status/set"),
    ),
    (
        errors.BadListLimit,
        400,
        "Limit is invalid",
        lambda world: world.get("/subscription/user/status?external_id=a&limit=101"),
    ),
    (
        errors.BadListOffset,
        400,
        "Offset is invalid",
        lambda world: world.get("/subscription/user/status?external_id=a&offset=x"),
    ),
    (
        errors.NoListRange,
        400,
        "start_date and end_date are required",
        lambda world: world.get("/email/hard_bounces"),
    ),
    (
        errors.BadListDates,
        400,
        "start_date and end_date must be dates (YYYY-MM-DD), the earlier one first",
        lambda world: world.get("/email/hard_bounces?start_date=x&end_date=y"),
    ),
    (
        errors.BadSortDirection,
        400,
        "sort_direction must be 'asc' or 'desc'",
        lambda world: world.get(f"/email/unsubscribes?email={EMAIL}&sort_direction=up"),
    ),
    (
        errors.MissingEmail,
        400,
        "email is required",
        lambda world: world.post("/email/status"),
    ),
    (
        errors.MissingPhoneNumbers,
        400,
        "phone_numbers must be an array of phone numbers",
        lambda world: world.post("/sms/invalid_phone_numbers/remove"),
    ),
    (
        errors.BadInvalidReason,
        400,
        "reason must be 'provider_error' or 'deactivated'",
        lambda world: world.get("/sms/invalid_phone_numbers?phone_numbers=1&reason=x"),
    ),
    (
        errors.NoExportIdentifier,
        400,
        "At least one user identifier is required",
        lambda world: world.export(email=EMAIL),
    ),
    (
        errors.SeveralExportAddresses,
        400,
        "Only one of device_id, email_address and phone may be given",
        lambda world: world.export(email_address=EMAIL, phone=PHONE),
    ),
    (
        errors.TooManyExportIdentifiers,
        400,
        "The max number of external_ids and aliases per request was exceeded",
        lambda world: world.export(external_ids=["a"] * 51),
    ),
    (
        errors.MissingExportFields,
        400,
        "fields_to_export is required",
        export_to_a_newer_account,
    ),
    (
        errors.BadExportField,
        400,
        "fields_to_export holds an unknown field",
        lambda world: world.export(external_ids=["a"], fields_to_export=["age"]),
    ),
    (
        errors.NoItems,
        400,
        "Valid data must be provided in 'user_aliases'.",
        lambda world: world.post("/users/alias/new", {"user_aliases": alias_json()}),
    ),
    (
        errors.TooManyUsers,
        400,
        "The max number of external_ids and aliases per request was exceeded",
        lambda world: world.post("/users/delete", {"external_ids": ["a"] * 51}),
    ),
    (
        errors.TooManyExternalIds,
        400,
        "The max number of ids per request was exceeded",
        lambda world: world.post("/users/external_ids/remove", {"external_ids": ["a"] * 51}),
    ),
    (
        errors.SeveralKindsToDelete,
        400,
        "Only one kind of identifier may be given",
        lambda world: world.post("/users/delete", {"external_ids": ["a"], "braze_ids": ["b"]}),
    ),
    (
        errors.NoMergeUpdates,
        400,
        "'merge_updates' must be an array of objects",
        lambda world: world.post("/users/merge", {"merge_updates": {}}),
    ),
    (
        errors.TooManyMergeUpdates,
        400,
        "a single request may not contain more than 50 merge updates",
        lambda world: world.post("/users/merge", {"merge_updates": [{}] * 51}),
    ),
    (
        errors.BadMergeMembers,
        400,
        "'merge_updates' must only have 'identifier_to_merge' and 'identifier_to_keep'",
        lambda world: world.post("/users/merge", {"merge_updates": [{}]}),
    ),
    (
        errors.BadMergeIdentifier,
        400,
        "identifiers must be objects with an 'external_id' property that is a string, 'user_alias'"
        " property that is an object, 'email' property that is a string, or 'phone' property that"
        " is a string",
        lambda world: merged(world, {"braze_id": "b"}),
    ),
    (
        errors.BadMergePrioritization,
        400,
        "'prioritization' is missing or not valid",
        lambda world: merged(world, {"email": EMAIL}),
    ),
    (
        errors.SegmentExportRunning,
        400,
        "An export of this segment is already running",
        export_a_segment_twice,
    ),
    (
        errors.MissingParameter,
        400,
        "length is required",
        lambda world: world.get("/events/data_series?event=a"),
    ),
    (
        errors.BadParameter,
        400,
        "page is invalid",
        lambda world: world.get("/events/list?page=x"),
    ),
    (
        errors.UnknownSegment,
        400,
        "segment_id must be a string of the Segment api identifier",
        lambda world: world.get("/segments/details?segment_id=x"),
    ),
    (
        errors.UnknownCampaign,
        400,
        "campaign_id must be a string of the Campaign api identifier",
        lambda world: world.get("/campaigns/details?campaign_id=x"),
    ),
    (
        errors.UnknownCanvas,
        400,
        "canvas_id must be a string of the Canvas api identifier",
        lambda world: world.get("/canvas/details?canvas_id=x"),
    ),
    (
        errors.BadModifiedAfter,
        400,
        "Modified after time is invalid",
        lambda world: world.get("/content_blocks/list?modified_after=x"),
    ),
    (
        errors.BadModifiedBefore,
        400,
        "Modified before time is invalid",
        lambda world: world.get("/content_blocks/list?modified_before=x"),
    ),
    (
        errors.ModifiedBeforeAfter,
        400,
        "Modified after time must be earlier than or the same as modified before time.",
        lambda world: world.get(
            "/content_blocks/list?modified_after=2026-01-02&modified_before=2026-01-01"
        ),
    ),
    (
        errors.BadBlockLimit,
        400,
        "Content Block number limit is invalid",
        lambda world: world.get("/content_blocks/list?limit=x"),
    ),
    (
        errors.BlockLimitTooLow,
        400,
        "Content Block number limit must be greater than 0",
        lambda world: world.get("/content_blocks/list?limit=0"),
    ),
    (
        errors.BlockLimitTooHigh,
        400,
        "Content Block number limit exceeds maximum of 1000",
        lambda world: world.get("/content_blocks/list?limit=1001"),
    ),
    (
        errors.BadBlockOffset,
        400,
        "Offset is invalid",
        lambda world: world.get("/content_blocks/list?offset=x"),
    ),
    (
        errors.BlockOffsetTooLow,
        400,
        "Offset must be greater than 0",
        lambda world: world.get("/content_blocks/list?offset=-1"),
    ),
    (
        errors.NoRecipients,
        400,
        "No Recipients",
        lambda world: sent(world, external_user_ids=[]),
    ),
    (
        errors.TooManyRecipients,
        400,
        "The max number of external_ids and aliases per request was exceeded",
        lambda world: sent(world, external_user_ids=["a"] * 51),
    ),
    (
        errors.TooManyRecipientObjects,
        400,
        "The max number of ids per request was exceeded",
        lambda world: triggered(world, [{"external_user_id": "a"}] * 51),
    ),
    (errors.NoMessage, 400, "No message to send", lambda world: sent(world, {})),
    (
        errors.InvalidCampaignId,
        400,
        "Invalid Campaign ID",
        lambda world: sent(world, campaign_id="nowhere"),
    ),
    (
        errors.VariantUnspecified,
        400,
        "Message Variant Unspecified",
        sent_under_a_campaign,
    ),
    (
        errors.InvalidVariant,
        400,
        "Invalid Message Variant",
        lambda world: sent_as(world, "email", "v"),
    ),
    (
        errors.MismatchedMessageType,
        400,
        "Mismatched Message Type",
        lambda world: sent_as(world, "sms", "v-1"),
    ),
    (
        errors.BadExtraPushPayload,
        400,
        "Invalid Extra Push Payload",
        lambda world: sent(world, {"apple_push": {"extra": []}}),
    ),
    (
        errors.SlideupTooLong,
        400,
        "Slideup Message Length Exceeded",
        lambda world: sent(world, {"in_app_message": {"message": "x" * 141}}),
    ),
    (
        errors.ApplePushTooLong,
        400,
        "Apple Push Length Exceeded",
        lambda world: sent(world, {"apple_push": {"alert": "x" * 1913}}),
    ),
    (
        errors.AndroidPushTooLong,
        400,
        "Android Push Length Exceeded",
        lambda world: sent(world, {"android_push": {"alert": "x" * 4001}}),
    ),
    (errors.BadSend, 400, "Bad Request", lambda world: sent(world, {"email": {}})),
    (
        errors.UnknownSchedule,
        400,
        "Invalid schedule_id",
        lambda world: scheduled(world, schedule_id="x", schedule={"time": "2026-01-06"}),
    ),
]


@pytest.mark.parametrize(("refusal", "status", "wording", "provoke"), REFUSALS)
def test_each_refusal_is_answered_with_its_status_and_wording(
    world: World,
    refusal: type[Refusal],
    status: int,
    wording: str,
    provoke: Callable[[World], requests.Response],
) -> None:
    """Facts: refusals-carry-a-message"""
    answer = provoke(world)

    assert (answer.status_code, answer.text) == (status, f'{{"message":"{wording}"}}')
    assert answer.headers["Content-Type"] == "application/json"
    assert refusal.wording in ("", wording)


def test_each_refusal_of_the_catalogue_is_provoked_above() -> None:
    assert {refusal for refusal, *_ in REFUSALS} == set(Refusal.__subclasses__())


def group_states(*states: Any) -> dict[str, Any]:
    return {"external_id": "a", "subscription_groups": list(states)}


REQUIRED = "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required"
A_TOKEN = {"app_id": "app", "token": "t"}
OBJECTS: list[tuple[ObjectFault, str, str, dict[str, Any]]] = [
    (ObjectFault.IDENTIFIER_REQUIRED, REQUIRED, "attributes", {"first_name": "Anna"}),
    (
        ObjectFault.TWO_PRIMARY_IDENTIFIERS,
        "only one of 'external_id', 'braze_id' and 'user_alias' is allowed",
        "attributes",
        {"external_id": "a", "user_alias": alias_json()},
    ),
    (
        ObjectFault.BAD_USER_ALIAS,
        "'user_alias' is not valid",
        "events",
        an_event(user_alias={"alias_name": "a"}),
    ),
    (
        ObjectFault.BAD_PHONE_IDENTIFIER,
        "The value provided for the 'phone' field is not a valid phone.",
        "attributes",
        {"phone": "12"},
    ),
    (
        ObjectFault.MISSING_FIELD,
        "a required field is missing or not valid",
        "events",
        {"external_id": "a", "name": "won"},
    ),
    (
        ObjectFault.EMAIL_BAD_FORMAT,
        "The value provided for the 'email' field is not a valid email.",
        "attributes",
        {"external_id": "a", "email": "an na@example.com"},
    ),
    (
        ObjectFault.EXTERNAL_USER_ID_TOO_LARGE,
        "EXTERNAL_USER_ID_TOO_LARGE",
        "attributes",
        {"external_id": "x" * 988},
    ),
    (
        ObjectFault.BAD_EMAIL_SUBSCRIPTION_STATE,
        "BAD_EMAIL_SUBSCRIPTION_STATE",
        "attributes",
        {"external_id": "a", "email_subscribe": ["opted_in"]},
    ),
    (
        ObjectFault.BAD_PUSH_SUBSCRIPTION_STATE,
        "BAD_PUSH_SUBSCRIPTION_STATE",
        "attributes",
        {"external_id": "a", "push_subscribe": None},
    ),
    (
        ObjectFault.BAD_LOCATION_UPDATE,
        "BAD_LOCATION_UPDATE",
        "attributes",
        {"external_id": "a", "current_location": {"longitude": 181, "latitude": True}},
    ),
    (
        ObjectFault.BAD_SUBSCRIPTION_GROUP_ARRAY,
        "BAD_SUBSCRIPTION_GROUP_ARRAY",
        "attributes",
        {"external_id": "a", "subscription_groups": {"subscription_group_id": SMS_GROUP}},
    ),
    (
        ObjectFault.BAD_SUBSCRIPTION_GROUP_HASH,
        "BAD_SUBSCRIPTION_GROUP_HASH",
        "attributes",
        group_states(SMS_GROUP),
    ),
    (
        ObjectFault.BAD_SUBSCRIPTION_GROUP_ID,
        "BAD_SUBSCRIPTION_GROUP_ID",
        "attributes",
        group_states({"subscription_group_id": "news", "subscription_state": "subscribed"}),
    ),
    (
        ObjectFault.BAD_SUBSCRIPTION_GROUP_STATE,
        "BAD_SUBSCRIPTION_GROUP_STATE",
        "attributes",
        group_states({"subscription_group_id": SMS_GROUP, "subscription_state": []}),
    ),
    (
        ObjectFault.INVALID_ATTRIBUTE_EMAIL_SUBSCRIPTION_INFO,
        "INVALID_ATTRIBUTE_EMAIL_SUBSCRIPTION_INFO",
        "attributes",
        {"external_id": "a", "email_subscription_info": "opted_in"},
    ),
    (
        ObjectFault.BAD_PUSH_TOKEN_IMPORT,
        "BAD_PUSH_TOKEN_IMPORT",
        "attributes",
        {"push_token_import": True, "external_id": "a", "push_tokens": [A_TOKEN]},
    ),
    (
        ObjectFault.BAD_PUSH_TOKEN_VALUE,
        "BAD_PUSH_TOKEN_VALUE",
        "attributes",
        {"external_id": "a", "push_tokens": A_TOKEN},
    ),
    (
        ObjectFault.BAD_PUSH_TOKEN_APP_ID,
        "BAD_PUSH_TOKEN_APP_ID",
        "attributes",
        {"external_id": "a", "push_tokens": [{"token": "t"}]},
    ),
    (
        ObjectFault.BAD_PUSH_TOKEN_STRING,
        "BAD_PUSH_TOKEN_STRING",
        "attributes",
        {"external_id": "a", "push_tokens": [{**A_TOKEN, "token": 5}]},
    ),
    (
        ObjectFault.BAD_DEVICE_ID,
        "BAD_DEVICE_ID",
        "attributes",
        {"external_id": "a", "push_tokens": [{**A_TOKEN, "device_id": "short"}]},
    ),
    (
        ObjectFault.BLACKLISTED_EXTERNAL_USER_ID,
        "provided external_id is blacklisted and disallowed",
        "events",
        an_event(external_id="blocked"),
    ),
    (
        ObjectFault.RESERVED_PROPERTY,
        "Invalid 'properties' field",
        "events",
        an_event(external_id="a", properties={"time": 1}),
    ),
    (
        ObjectFault.BAD_QUANTITY,
        "'quantity' is not valid",
        "purchases",
        a_purchase(external_id="a", quantity=101),
    ),
    (
        ObjectFault.BAD_RECOMMENDED_EVENT,
        "The property '#/' did not contain a required property of 'product_id'",
        "events",
        an_event("ecommerce.product_viewed", external_id="a"),
    ),
]


@pytest.mark.parametrize(("fault", "told", "array", "item"), OBJECTS)
def test_each_fault_of_an_object_is_told_with_its_array_and_index(
    world: World, fault: ObjectFault, told: str, array: str, item: dict[str, Any]
) -> None:
    """Facts: track-error-sentences, track-partial-errors, error-index-within-array"""
    world.control("PUT", "/blocked_users", {"external_ids": ["blocked"]})
    alone = world.post("/users/track", {array: [item]})
    beside_a_good_one = world.post(
        "/users/track", {array: [item], "attributes": [{"external_id": "a"}]}
        if array != "attributes"
        else {"attributes": [item, {"external_id": "a"}]},
    )  # fmt: skip

    error = {"type": told, "input_array": array, "index": 0}
    assert (alone.status_code, alone.json()) == (400, {"message": NOTHING, "errors": [error]})
    assert (beside_a_good_one.status_code, beside_a_good_one.json()) == (
        201,
        {"attributes_processed": 1, "message": "success", "errors": [error]},
    )


@pytest.mark.parametrize(("fault", "array", "item"), [(f, a, i) for f, _, a, i in OBJECTS])
def test_each_fault_of_an_object_is_told_by_its_code_if_the_dial_says_so(
    fault: ObjectFault, array: str, item: dict[str, Any]
) -> None:
    """Facts: track-error-codes"""
    world = World(track_error_type="code")
    world.control("PUT", "/blocked_users", {"external_ids": ["blocked"]})

    answer = world.post("/users/track", {array: [item]})

    (error,) = answer.json()["errors"]
    assert error["input_array"] == array
    assert error["type"] == fault.code or fault is ObjectFault.BAD_RECOMMENDED_EVENT
    assert fault.code == fault.name or fault in WITHOUT_A_CODE


WITHOUT_A_CODE = (
    ObjectFault.IDENTIFIER_REQUIRED,
    ObjectFault.TWO_PRIMARY_IDENTIFIERS,
    ObjectFault.BAD_USER_ALIAS,
    ObjectFault.BAD_PHONE_IDENTIFIER,
    ObjectFault.MISSING_FIELD,
    ObjectFault.RESERVED_PROPERTY,
    ObjectFault.BAD_QUANTITY,
    ObjectFault.BAD_RECOMMENDED_EVENT,
)


def test_each_fault_of_the_catalogue_is_provoked_above() -> None:
    assert [fault for fault, *_ in OBJECTS] == list(ObjectFault)


def by_email(*prioritization: str) -> dict[str, Any]:
    return {"external_id": "a", "email": EMAIL, "prioritization": list(prioritization)}


BOTH = "Request can not contain both of '{}' and '{}' values in the 'prioritization' array"
ITEMS: list[tuple[ItemFault, str, dict[str, Any]]] = [
    (ItemFault.MISSING_MEMBER, "a required field is missing or not valid", {"external_id": "a"}),
    (ItemFault.UNKNOWN_EXTERNAL_ID, "no user has this 'external_id'", by_email("identified")),
    (ItemFault.BAD_PRIORITIZATION, "'prioritization' is missing or not valid", by_email()),
    (
        ItemFault.BOTH_KINDS,
        BOTH.format("identified", "unidentified"),
        by_email("unidentified", "identified"),
    ),
    (
        ItemFault.BOTH_RECENCIES,
        BOTH.format("most_recently_updated", "least_recently_updated"),
        by_email("least_recently_updated", "most_recently_updated"),
    ),
]


@pytest.mark.parametrize(("fault", "told", "item"), ITEMS)
def test_each_fault_of_an_item_is_told_and_the_item_is_not_counted(
    fault: ItemFault, told: str, item: dict[str, Any]
) -> None:
    """Facts: identify-both-recencies, prioritization-excludes"""
    world = World(identify_unknown_external_id="refused")
    good = {**by_email("unidentified"), "external_id": "b"}
    world.tracked({"external_id": "b"})

    answer = world.post("/users/identify", {"emails_to_identify": [good, item]})

    error = {"type": told, "input_array": "user_identifiers", "index": 1}
    assert (answer.status_code, answer.json()) == (
        201,
        {"emails_processed": 1, "message": "success", "errors": [error]},
    )


def test_each_fault_of_an_item_is_provoked_above() -> None:
    assert [fault for fault, *_ in ITEMS] == list(ItemFault)


def test_a_group_in_attributes_must_be_one_of_the_workspace(world: World) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    item = group_states({"subscription_group_id": unknown, "subscription_state": "subscribed"})

    answer = world.track(item)

    assert answer.json()["errors"][0]["type"] == "BAD_SUBSCRIPTION_GROUP_ID"


def test_a_refusal_never_names_the_key(world: World) -> None:
    for _, _, _, provoke in REFUSALS[1:]:
        assert KEY not in provoke(World()).text
