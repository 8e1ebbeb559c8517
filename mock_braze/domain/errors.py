"""The catalogue of the requests that the fake refuses as a whole.

Why single entries of a request are refused while the others go on is in `object_faults.py` (for
`/users/track`) and `item_faults.py` (for aliases, identify, delete). Wordings are Braze's, letter
for letter, where one is known; the fact says which are guesses.
"""

from collections.abc import Sequence
from typing import ClassVar

from mock_braze.domain.tracking.object_faults import ObjectError


class Refusal(Exception):
    """A whole request is refused. `wording` becomes the `message` of the answer."""

    status: ClassVar[int] = 400
    wording: ClassVar[str] = ""

    def __init__(self, wording: str = "") -> None:
        super().__init__(wording or self.wording)
        self.message = wording or self.wording


# ---------------------------------------- Access, transport, limits


class UnknownApiKey(Refusal):
    """Facts: unknown-key-body, missing-key-body"""

    status = 401

    def __init__(self, key: str) -> None:
        super().__init__(f"Invalid API key: {key}")


class AccessDenied(Refusal):
    """Facts: missing-permission-403"""

    status = 403
    wording = "Access Denied"


class AddressNotAllowed(Refusal):
    """Facts: address-outside-the-allowlist"""

    status = 403
    wording = "Access Denied"


class AccountInactive(Refusal):
    """Facts: inactive-account-403"""

    status = 403
    wording = "Forbidden"


class UnknownPath(Refusal):
    """Facts: unknown-path-404"""

    status = 404
    wording = "Not Found"


class BodyTooLarge(Refusal):
    """Facts: too-large-413"""

    status = 413
    wording = "Request Entity Too Large"


class WrongContentType(Refusal):
    """Facts: wrong-content-type-415"""

    status = 415
    wording = "Unsupported Media Type"


class RateLimited(Refusal):
    """Facts: rate-limited-429"""

    status = 429
    wording = "Rate Limited"


class NotJson(Refusal):
    """Facts: unparsable-json-400"""

    wording = "Bad Request"


# ---------------------------------------- /users/track


class TooManyObjects(Refusal):
    """Facts: track-object-limit"""

    wording = "Max Input Length Exceeded"


class BulkBodyTooLarge(Refusal):
    """Facts: bulk-body-limit"""

    wording = "Request Entity Too Large"


class NothingUsable(Refusal):
    """No object of a `/users/track` request can be used; `errors` says why for each.

    Facts: track-nothing-usable
    """

    wording = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields."

    def __init__(self, errors: Sequence[ObjectError] = ()) -> None:
        super().__init__()
        self.errors = tuple(errors)


# ---------------------------------------- Subscription groups, email and phone lists


class UnknownSubscriptionGroup(Refusal):
    """Facts: unknown-group-400"""

    wording = "Invalid subscription group ID"


class EmailAndPhone(Refusal):
    """Facts: status-set-email-and-phone"""

    wording = "Either an email address or a phone number should be provided, but not both."


class BadSubscriptionState(Refusal):
    """Facts: status-set-missing-state"""

    wording = "Invalid subscription state"


class NoSubscriber(Refusal):
    """Facts: status-get-identifier-rules"""

    wording = "An external_id, email or phone is required"


class TooManySubscribers(Refusal):
    """Facts: subscription-identifier-limit"""

    wording = "The max number of ids per request was exceeded"


class WrongChannel(Refusal):
    """Facts: status-get-identifier-rules"""

    wording = "The identifier does not match the channel of the subscription group"


class BadSubscriberAddress(Refusal):
    """Facts: status-set-bad-phone"""

    wording = "Invalid email address or phone number"


class NoSubscriptionGroups(Refusal):
    """Facts: v2-plural-names"""

    wording = "'subscription_groups' must be an array of objects"


class BadListLimit(Refusal):
    """Facts: bad-list-query"""

    wording = "Limit is invalid"


class BadListOffset(Refusal):
    """Facts: bad-list-query"""

    wording = "Offset is invalid"


class NoListRange(Refusal):
    """Facts: email-list-query"""

    wording = "start_date and end_date are required"


class BadListDates(Refusal):
    """Facts: bad-list-query"""

    wording = "start_date and end_date must be dates (YYYY-MM-DD), the earlier one first"


class BadSortDirection(Refusal):
    """Facts: bad-list-query"""

    wording = "sort_direction must be 'asc' or 'desc'"


class MissingEmail(Refusal):
    """Facts: email-endpoints-bad-input"""

    wording = "email is required"


class MissingPhoneNumbers(Refusal):
    """Facts: invalid-phones-bad-input"""

    wording = "phone_numbers must be an array of phone numbers"


class BadInvalidReason(Refusal):
    """Facts: invalid-phones-bad-input"""

    wording = "reason must be 'provider_error' or 'deactivated'"


# ---------------------------------------- Exports and lists


class NoExportIdentifier(Refusal):
    """Facts: export-no-identifier"""

    wording = "At least one user identifier is required"


class SeveralExportAddresses(Refusal):
    """Facts: export-one-address-identifier"""

    wording = "Only one of device_id, email_address and phone may be given"


class TooManyExportIdentifiers(Refusal):
    """Facts: export-identifier-limit"""

    wording = "The max number of external_ids and aliases per request was exceeded"


class MissingExportFields(Refusal):
    """Facts: export-needs-fields"""

    wording = "fields_to_export is required"


class BadExportField(Refusal):
    """Facts: export-unknown-field"""

    wording = "fields_to_export holds an unknown field"


class SegmentExportRunning(Refusal):
    """Facts: one-running-export-per-segment"""

    wording = "An export of this segment is already running"


class MissingParameter(Refusal):
    """Facts: query-value-missing"""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is required")


class BadParameter(Refusal):
    """Facts: query-value-invalid"""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is invalid")


class UnknownSegment(Refusal):
    """Facts: unknown-segment-id"""

    wording = "segment_id must be a string of the Segment api identifier"


class UnknownCampaign(Refusal):
    """Facts: unknown-campaign-id"""

    wording = "campaign_id must be a string of the Campaign api identifier"


class UnknownCanvas(Refusal):
    """Facts: canvas-id-sentence"""

    wording = "canvas_id must be a string of the Canvas api identifier"


class BadModifiedAfter(Refusal):
    """Facts: content-blocks-list-sentences"""

    wording = "Modified after time is invalid"


class BadModifiedBefore(Refusal):
    """Facts: content-blocks-list-sentences"""

    wording = "Modified before time is invalid"


class ModifiedBeforeAfter(Refusal):
    """Facts: content-blocks-list-sentences"""

    wording = "Modified after time must be earlier than or the same as modified before time."


class BadBlockLimit(Refusal):
    """Facts: content-blocks-list-sentences"""

    wording = "Content Block number limit is invalid"


class BlockLimitTooLow(Refusal):
    """Facts: content-blocks-list-sentences"""

    wording = "Content Block number limit must be greater than 0"


class BlockLimitTooHigh(Refusal):
    """Facts: content-blocks-list-sentences"""

    wording = "Content Block number limit exceeds maximum of 1000"


class BadBlockOffset(Refusal):
    """Facts: content-blocks-list-sentences"""

    wording = "Offset is invalid"


class BlockOffsetTooLow(Refusal):
    """Facts: content-blocks-list-sentences, offset-of-zero"""

    wording = "Offset must be greater than 0"


# ---------------------------------------- Sends and their schedules


class NoRecipients(Refusal):
    """Facts: no-recipients"""

    wording = "No Recipients"


class TooManyRecipients(Refusal):
    """Facts: recipient-limits"""

    wording = "The max number of external_ids and aliases per request was exceeded"


class TooManyRecipientObjects(Refusal):
    """Facts: recipient-limits"""

    wording = "The max number of ids per request was exceeded"


class NoMessage(Refusal):
    """Facts: no-message-to-send"""

    wording = "No message to send"


class InvalidCampaignId(Refusal):
    """Facts: send-campaign-refusals"""

    wording = "Invalid Campaign ID"


class VariantUnspecified(Refusal):
    """Facts: send-campaign-refusals"""

    wording = "Message Variant Unspecified"


class InvalidVariant(Refusal):
    """Facts: send-campaign-refusals"""

    wording = "Invalid Message Variant"


class MismatchedMessageType(Refusal):
    """Facts: send-campaign-refusals"""

    wording = "Mismatched Message Type"


class BadExtraPushPayload(Refusal):
    """Facts: push-refusals"""

    wording = "Invalid Extra Push Payload"


class SlideupTooLong(Refusal):
    """Facts: push-refusals"""

    wording = "Slideup Message Length Exceeded"


class ApplePushTooLong(Refusal):
    """Facts: push-refusals"""

    wording = "Apple Push Length Exceeded"


class AndroidPushTooLong(Refusal):
    """Facts: push-refusals"""

    wording = "Android Push Length Exceeded"


class BadSend(Refusal):
    """What a send brings with it cannot be read: its schedule, its audience, a message.

    Facts: unparsable-schedule, unreadable-send
    """

    wording = "Bad Request"


class UnknownSchedule(Refusal):
    """Facts: unknown-schedule"""

    wording = "Invalid schedule_id"


# ---------------------------------------- Aliases, identify, merge, delete, external IDs


class NoItems(Refusal):
    """The arrays that the endpoint reads are missing, empty or no arrays.

    Facts: user-endpoints-need-items
    """

    def __init__(self, *arrays: str) -> None:
        named = " or ".join(f"'{each}'" for each in arrays)
        super().__init__(f"Valid data must be provided in {named}.")


class TooManyUsers(Refusal):
    """Facts: user-item-limit"""

    wording = "The max number of external_ids and aliases per request was exceeded"


class TooManyExternalIds(Refusal):
    """Facts: external-id-item-limit"""

    wording = "The max number of ids per request was exceeded"


class SeveralKindsToDelete(Refusal):
    """Facts: delete-takes-one-kind"""

    wording = "Only one kind of identifier may be given"


class NoMergeUpdates(Refusal):
    """Facts: merge-updates-not-an-array"""

    wording = "'merge_updates' must be an array of objects"


class TooManyMergeUpdates(Refusal):
    """Facts: merge-limit"""

    wording = "a single request may not contain more than 50 merge updates"


class BadMergeMembers(Refusal):
    """Facts: merge-members"""

    wording = "'merge_updates' must only have 'identifier_to_merge' and 'identifier_to_keep'"


class BadMergeIdentifier(Refusal):
    """Facts: merge-identifier-forms"""

    wording = (
        "identifiers must be objects with an 'external_id' property that is a string, 'user_alias'"
        " property that is an object, 'email' property that is a string, or 'phone' property that"
        " is a string"
    )


class BadMergePrioritization(Refusal):
    """The wording is that of the item's fault.

    Facts: merge-needs-prioritization
    """
