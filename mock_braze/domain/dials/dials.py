"""What a test may turn: lags, and every answer that nobody can know offline.

How dials are turned and shown is in `values.py`.
"""

from dataclasses import dataclass
from datetime import timedelta

from mock_braze.domain.dials.kinds import choice, span, switch


@dataclass(frozen=True, slots=True)
class Dials:
    """The settings of one workspace. Spans are seconds on the wire."""

    # Lags and order

    ingestion_lag: timedelta = span(
        2,
        fact="ingestion-lag-default",
        says="from accepted to readable by exports, look-ups and campaigns",
        pessimistic=120,
    )
    creation_lag: timedelta = span(
        120,
        fact="group-change-needs-a-finished-profile",
        says="from accepted to fully made: a new profile may join a subscription group",
        pessimistic=300,
    )
    ingestion_jitter: timedelta = span(
        0,
        fact="new-profiles-appear-late",
        says="seeded, added to the ingestion lag: 0 to this",
        pessimistic=60,
    )
    reorder: bool = switch(
        False,
        fact="no-order-across-requests",
        says="later writes may overtake earlier ones (jitter is at least the ingestion lag)",
        pessimistic=True,
    )
    status_lag: timedelta = span(
        0,
        fact="status-set-takes-a-while",
        says="from an accepted /subscription/status/set to the changed state",
        pessimistic=300,
    )

    # /users/track and its objects

    alias_events: str = choice(
        ("create", "drop"),
        fact="alias-events-are-update-only",
        says="an event or purchase by an unknown alias with `_update_existing_only: false`",
        pessimistic="drop",
    )
    concurrent_email_creations: str = choice(
        ("duplicate", "reuse"),
        fact="concurrent-email-creations-duplicate",
        says="a write by email accepted while the first one with that email is not readable yet",
    )
    track_object_limit: str = choice(
        ("75_combined", "50_combined", "75_per_array"),
        fact="track-object-limit",
        says="objects in one /users/track request, by contract",
        pessimistic="50_combined",
    )
    track_error_type: str = choice(
        ("sentence", "code", "old_sentence"),
        fact="track-error-sentences",
        says="the form of `type` in the errors of /users/track",
        pessimistic="code",
    )

    detected_type: str = choice(
        ("as_sent", "coerced"),
        fact="attribute-type-from-first-value",
        says="a value of another type than the first one that a custom attribute ever had",
        pessimistic="coerced",
    )

    bad_property: str = choice(
        ("dropped", "refused"),
        fact="bad-property-is-dropped",
        says="a property of an event or purchase that breaks a limit of name, value or size",
        pessimistic="refused",
    )

    array_length: str = choice(
        ("500", "100", "25"),
        fact="array-length-limit",
        says="values that a list attribute holds: as since 2026, or the maximum or default before",
        pessimistic="25",
    )
    event_properties: str = choice(
        ("100_kb", "50_kb"),
        fact="property-size-limit",
        says="bytes of an event's properties: as since 2026, or as before",
        pessimistic="50_kb",
    )

    # Aliases, identify, merge, delete, external IDs

    deletion_lag: timedelta = span(
        1,
        fact="deletion-lag",
        says="from an accepted /users/delete to the profile gone",
        pessimistic=300,
    )
    merge_lag: timedelta = span(
        60,
        fact="merge-is-late",
        says="from an accepted /users/merge to the joined profile",
        pessimistic=300,
    )
    unmatched_priority: str = choice(
        ("nobody", "skipped"),
        fact="prioritization-is-a-filter",
        says="`identified` or `unidentified` when no profile with the address is of that kind",
    )
    delete_kinds: str = choice(
        ("one", "several"),
        fact="delete-takes-one-kind",
        says="how many kinds of identifiers one /users/delete may hold",
    )
    delete_addresses: str = choice(
        ("objects", "strings_too"),
        fact="delete-addresses-are-objects",
        says="an email or phone that /users/delete gets as a bare string",
    )
    identify_unknown_external_id: str = choice(
        ("named", "refused"),
        fact="identify-unknown-external-id",
        says="/users/identify with an external ID that nobody has",
        pessimistic="refused",
    )
    identify_counters: str = choice(
        ("sent", "all"),
        fact="identify-counts-addresses",
        says="counters of /users/identify: of the arrays sent, or of all three",
        pessimistic="all",
    )
    merge_behavior: str = choice(
        ("ignored", "honoured"),
        fact="identify-merge-behavior",
        says="the member `merge_behavior` of older clients in /users/identify",
    )
    renamed_ids: str = choice(
        ("new", "current"),
        fact="rename-lists-successes",
        says="what `external_ids` lists of a rename that succeeded",
        pessimistic="current",
    )

    # Subscription groups and global states

    early_subscription: str = choice(
        ("orphaned", "lost", "applied"),
        fact="group-change-needs-a-finished-profile",
        says="what a state set on a profile younger than the creation lag becomes",
        pessimistic="lost",
    )
    orphan_status: str = choice(
        ("state", "unknown"),
        fact="orphan-state-readable",
        says="what /subscription/status/get says of a state that no profile has taken yet",
        pessimistic="unknown",
    )
    status_key: str = choice(
        ("queried", "stored"),
        fact="status-key-of-phone-queries",
        says="key of the status map for email and phone: as queried, or in stored form",
        pessimistic="stored",
    )
    wrong_channel: str = choice(
        ("refused", "unknown"),
        fact="status-get-identifier-rules",
        says="an email in an SMS group, or a phone in an email group: 400, or unknown (set: 201,"
        " nothing done)",
        pessimistic="unknown",
    )
    unknown_status: str = choice(
        ("unknown", "Unknown"),
        fact="status-unknown-is-lower-case",
        says="how /subscription/status/get spells that there is no history",
        pessimistic="Unknown",
    )
    missing_state: str = choice(
        ("refused", "ignored"),
        fact="status-set-missing-state",
        says="a missing or wrong subscription_state: 400, or 201 and nothing done",
        pessimistic="ignored",
    )
    missing_subscriber: str = choice(
        ("refused", "ignored"),
        fact="status-set-needs-identifier",
        says="no identifier in a request about groups: 400, or a success about nobody",
        pessimistic="ignored",
    )
    too_many_subscribers: str = choice(
        ("refused", "first_50"),
        fact="subscription-identifier-limit",
        says="more than 50 identifiers in a request about groups",
        pessimistic="first_50",
    )
    bad_phone: str = choice(
        ("refused", "ignored"),
        fact="status-set-bad-phone",
        says="a state set for an unreadable phone or email: 400, or 201 and nothing done",
        pessimistic="ignored",
    )
    loose_phone: str = choice(
        ("normalised", "refused"),
        fact="status-set-loose-phone",
        says="/subscription/status/set with a phone that is readable but not in E.164",
        pessimistic="refused",
    )
    bad_queried_phone: str = choice(
        ("unknown", "refused"),
        fact="status-get-identifier-rules",
        says="the status of a phone that cannot be read as a number",
        pessimistic="refused",
    )
    bare_plus: str = choice(
        ("plus", "space"),
        fact="plus-in-phone-query",
        says="a plus that is not encoded in the phone of a query: as meant, or the space it stands"
        " for",
        pessimistic="space",
    )
    email_and_phone_query: str = choice(
        ("refused", "email_wins"),
        fact="status-get-email-and-phone",
        says="a query by email and phone without an external_id",
        pessimistic="email_wins",
    )
    address_spread: str = choice(
        ("first_100", "everybody"),
        fact="change-reaches-all-holders",
        says="of more than 100 profiles with one address, whom a change by address reaches",
    )
    resubscribe_on_email_update: bool = switch(
        True,
        fact="email-update-resubscribes",
        says="a profile whose email changes becomes subscribed, or as who has that email already",
    )
    resubscribed_addresses: str = choice(
        ("left_out", "listed"),
        fact="resubscribed-addresses-leave-the-list",
        says="whether /email/unsubscribes lists an address that has subscribed again",
        pessimistic="listed",
    )
    paged_email_look_up: str = choice(
        ("empty", "paged"),
        fact="paged-email-look-up",
        says="an email list asked for an address together with a limit or offset",
    )
    list_date_form: str = choice(
        ("recorded", "iso_8601"),
        fact="unsubscribes-body",
        says="dates in lists: 2020-06-17 19:27:44 +0000 as recorded, or ISO 8601 as documented",
        pessimistic="iso_8601",
    )

    # SMS keywords and double opt-in

    flag_on_single_opt_in_group: str = choice(
        ("subscribed", "ignored"),
        fact="double-opt-in-flag-single-group",
        says="a state set with `use_double_opt_in_logic` in a single opt-in group",
        pessimistic="ignored",
    )
    pending_status: str = choice(
        ("as_before", "unsubscribed", "unknown"),
        fact="pending-is-not-told",
        says="what /subscription/status/get says while a double opt-in waits",
        pessimistic="unsubscribed",
    )
    confirmation_window_from: str = choice(
        ("last_prompt", "first_prompt"),
        fact="double-opt-in-window-start",
        says="from which prompt the 30 days to confirm count",
        pessimistic="first_prompt",
    )
    prompt_cap: str = choice(
        ("24_hours", "calendar_day"),
        fact="double-opt-in-prompt-cap-by-day",
        says="how long requests get no second prompt: rolling, or until midnight UTC",
    )
    prompt_delivery: str = choice(
        ("sent", "dropped"),
        fact="prompts-may-be-lost-or-late",
        says="what the provider does with opt-in prompts",
    )
    prompt_delay: timedelta = span(
        0,
        fact="prompts-may-be-lost-or-late",
        says="from a double opt-in that is begun to its prompt",
        pessimistic=60,
    )
    unlisted_opt_in_keyword: str = choice(
        ("prompt", "subscribe", "other"),
        fact="double-opt-in-unlisted-keywords",
        says="an opt-in word (YES, UNSTOP) that a double opt-in group does not list",
        pessimistic="other",
    )
    start_while_subscribed: str = choice(
        ("silent", "opt_in_reply"),
        fact="double-opt-in-start-while-subscribed",
        says="the answer to an opt-in word of a number subscribed by double opt-in",
    )
    confirmation_outside_pending: str = choice(
        ("other", "confirmation"),
        fact="double-opt-in-confirmation-outside-pending",
        says="a confirmation keyword of a subscribed number: as any text, or confirmed again",
    )

    # Exports and lists

    export_fields: str = choice(
        ("optional", "required"),
        fact="export-needs-fields",
        says="fields_to_export: required for accounts since 22 August 2024",
        pessimistic="required",
    )
    unknown_export_field: str = choice(
        ("refused", "ignored"),
        fact="export-unknown-field",
        says="an unknown name in fields_to_export",
    )
    created_at_form: str = choice(
        ("recorded", "printed"),
        fact="export-created-at-in-print",
        says="`created_at` in exports: 2020-06-17T20:01:33.385Z as recorded, or as the page prints"
        " it, 2020-06-17 20:01:33.385 UTC",
        pessimistic="printed",
    )
    nobody_found: str = choice(
        ("omitted", "listed"),
        fact="export-nobody-found",
        says="whether an unknown email or phone goes into invalid_user_ids",
        pessimistic="listed",
    )
    segment_export_fields: str = choice(
        ("required", "optional"),
        fact="segment-export-members",
        says="fields_to_export of /users/export/segment: once it could be left out for all fields",
    )
    segment_export_lag: timedelta = span(
        60,
        fact="segment-export-lag",
        says="from asking for the export of a segment to its file",
        pessimistic=3600,
    )
    segment_export_place: str = choice(
        ("served", "recorded", "cloud_storage"),
        fact="segment-export-to-own-storage",
        says="where the file is: here, or a URL as recorded (the file is here too), or in the "
        "customer's own storage, without a URL",
    )
    zero_offset: str = choice(
        ("accepted", "refused"),
        fact="offset-of-zero",
        says="`offset=0` in lists of Content Blocks and templates: the sentence says over 0",
        pessimistic="refused",
    )
    export_tallies: str = choice(
        ("within_90_days", "whole"),
        fact="export-figures-of-events",
        says="first, last and count of an exported event or purchase: of 90 days, or of all time",
    )

    # Access, rate limits, transport

    missing_permission: str = choice(
        ("403", "401"),
        fact="missing-permission-403",
        says="status for a key without permission",
        pessimistic="401",
    )
    foreign_address: str = choice(
        ("403", "401"),
        fact="address-outside-the-allowlist",
        says="status for a call from outside the IP allowlist of its key",
        pessimistic="401",
    )
    account: str = choice(
        ("active", "inactive"),
        fact="inactive-account-403",
        says="an inactive account is refused everything with 403 Forbidden",
    )
    legacy_api_key: str = choice(
        ("refused", "accepted"),
        fact="legacy-api-key",
        says="the key as `api_key` in the query or the body, as before May 2020",
    )
    trailing_slash: str = choice(
        ("accepted", "refused"),
        fact="trailing-slash-accepted",
        says="a path with a slash at its end: as without, or 404",
        pessimistic="refused",
    )
    oversized_body: str = choice(
        ("413", "400"),
        fact="too-large-413",
        says="status for a body of more than 4 MB",
        pessimistic="400",
    )
    compressed_body: str = choice(
        ("refused", "accepted"),
        fact="compressed-request-bodies",
        says="a request body that is compressed with gzip: 415, or read",
    )
    rate_headers: str = choice(
        ("standard", "mau"),
        fact="rate-limit-reset-two-meanings",
        says="rate headers of /users/track: as elsewhere, or as on contracts by active users",
        pessimistic="mau",
    )
    rate_limit_epoch: str = choice(
        ("simulated", "wall"),
        fact="rate-limit-epoch",
        says="with a manual clock, whose time windows and X-RateLimit-Reset are in",
    )
    export_rate: str = choice(
        ("250_per_minute", "2500_per_minute"),
        fact="export-limit-with-few-fields",
        says="calls of /users/export/ids: accounts since 22 August 2024, or older ones",
    )

    # Delivery of webhooks

    webhook_first_retry: timedelta = span(
        30,
        fact="webhook-backoff",
        says="from a failed attempt at a webhook to the next one; each later wait is twice as long",
        pessimistic=58,
    )
    unreachable_receiver: str = choice(
        ("within_a_day", "within_30_minutes"),
        fact="webhook-unreachable-is-retried",
        says="over what the retries of a webhook are spread whose receiver cannot be reached",
        pessimistic="within_30_minutes",
    )
    long_retry_after: str = choice(
        ("waited_for", "given_up"),
        fact="webhook-asked-wait",
        says="a receiver that asks for a retry later than 30 minutes after the first attempt",
        pessimistic="given_up",
    )

    # Campaigns and messages

    early_user_update: str = choice(
        ("applied", "lost"),
        fact="early-user-update",
        says="a group state that a Canvas sets on a profile younger than the creation lag",
        pessimistic="lost",
    )
    audience_after_delay: str = choice(
        ("kept", "asked_again"),
        fact="audience-after-a-delay",
        says="who leaves the audience while a campaign waits for its delay: still gets it, or not",
        pessimistic="asked_again",
    )
    unparsable_template: str = choice(
        ("refused", "raw_text"),
        fact="unparsable-template",
        says="a template that is no Liquid: not saved, or sent as it is written",
        pessimistic="raw_text",
    )
    past_schedule: str = choice(
        ("sent_at_once", "refused"),
        fact="past-schedule",
        says="a schedule whose time has passed: goes out at once, or 400",
        pessimistic="refused",
    )
    local_time_passed: str = choice(
        ("company_zone", "all_zones"),
        fact="local-time-has-passed",
        says="a schedule in local time is refused once it has passed in the zone of the company"
        " (UTC), or in all zones",
    )
    schedule_changed: str = choice(
        ("201", "200"),
        fact="schedule-change-answer",
        says="status of a schedule that is changed or deleted",
        pessimistic="200",
    )
    broadcast_with_recipients: str = choice(
        ("refused", "recipients_only"),
        fact="broadcast-excludes-recipients",
        says="`broadcast: true` together with recipients: 400, or they alone are meant",
    )
