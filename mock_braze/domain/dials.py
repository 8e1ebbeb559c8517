"""What a test may turn: lags, and every answer that nobody can know offline."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any

# What a preset does to the dials: the documented values are the defaults.
PRESETS: Mapping[str, str] = {
    "documented": "what Braze documents, and the best guess where it is silent",
    "pessimistic": "everything late, lost or answered in the form a client expects least",
    "instant": "no lag anywhere; what else nobody knows stays the best guess",
}


def _span(seconds: float, fact: str, says: str, *, pessimistic: float | None = None) -> Any:
    worst = None if pessimistic is None else timedelta(seconds=pessimistic)
    return _dial(timedelta(seconds=seconds), fact, says, worst)


def _switch(default: bool, fact: str, says: str, *, pessimistic: bool | None = None) -> Any:
    return _dial(default, fact, says, pessimistic)


def _choice(
    values: tuple[str, ...], fact: str, says: str, *, pessimistic: str | None = None
) -> Any:
    """One of `values`; the first is the default."""
    return _dial(values[0], fact, says, pessimistic, values=values)


def _dial(default: object, fact: str, says: str, pessimistic: object, **more: Any) -> Any:
    """`pessimistic` is the value under the preset of that name; None keeps the default."""
    worst = default if pessimistic is None else pessimistic
    metadata = {"fact": fact, "says": says, "pessimistic": worst, **more}
    return field(default=default, metadata=metadata)


class BadDials(ValueError):
    """A dial that does not exist, or a value it cannot take; `problems` holds every one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Dials:
    """The settings of one workspace. Spans are seconds on the wire."""

    # Lags and order

    ingestion_lag: timedelta = _span(
        2,
        fact="ingestion-lag-default",
        says="from accepted to readable by exports, look-ups and campaigns",
        pessimistic=120,
    )
    creation_lag: timedelta = _span(
        120,
        fact="group-change-needs-a-finished-profile",
        says="from accepted to fully made: a new profile may join a subscription group",
        pessimistic=300,
    )
    ingestion_jitter: timedelta = _span(
        0,
        fact="new-profiles-appear-late",
        says="seeded, added to the ingestion lag: 0 to this",
        pessimistic=60,
    )
    reorder: bool = _switch(
        False,
        fact="no-order-across-requests",
        says="later writes may overtake earlier ones (jitter is at least the ingestion lag)",
        pessimistic=True,
    )
    status_lag: timedelta = _span(
        0,
        fact="status-set-takes-a-while",
        says="from an accepted /subscription/status/set to the changed state",
        pessimistic=300,
    )

    # /users/track and its objects

    alias_events: str = _choice(
        ("create", "drop"),
        fact="alias-events-are-update-only",
        says="an event or purchase by an unknown alias with `_update_existing_only: false`",
        pessimistic="drop",
    )
    concurrent_email_creations: str = _choice(
        ("duplicate", "reuse"),
        fact="concurrent-email-creations-duplicate",
        says="a write by email accepted while the first one with that email is not readable yet",
    )
    track_object_limit: str = _choice(
        ("75_combined", "50_combined", "75_per_array"),
        fact="track-object-limit",
        says="objects in one /users/track request, by contract",
        pessimistic="50_combined",
    )
    track_error_type: str = _choice(
        ("sentence", "code", "old_sentence"),
        fact="track-error-sentences",
        says="the form of `type` in the errors of /users/track",
        pessimistic="code",
    )

    detected_type: str = _choice(
        ("as_sent", "coerced"),
        fact="attribute-type-from-first-value",
        says="a value of another type than the first one that a custom attribute ever had",
        pessimistic="coerced",
    )

    bad_property: str = _choice(
        ("dropped", "refused"),
        fact="bad-property-is-dropped",
        says="a property of an event or purchase that breaks a limit of name, value or size",
        pessimistic="refused",
    )

    array_length: str = _choice(
        ("500", "100", "25"),
        fact="array-length-limit",
        says="values that a list attribute holds: as since 2026, or the maximum or default before",
        pessimistic="25",
    )
    event_properties: str = _choice(
        ("100_kb", "50_kb"),
        fact="property-size-limit",
        says="bytes of an event's properties: as since 2026, or as before",
        pessimistic="50_kb",
    )

    # Aliases, identify, merge, delete, external IDs

    deletion_lag: timedelta = _span(
        1,
        fact="deletion-lag",
        says="from an accepted /users/delete to the profile gone",
        pessimistic=300,
    )
    merge_lag: timedelta = _span(
        60,
        fact="merge-is-late",
        says="from an accepted /users/merge to the joined profile",
        pessimistic=300,
    )
    unmatched_priority: str = _choice(
        ("nobody", "skipped"),
        fact="prioritization-is-a-filter",
        says="`identified` or `unidentified` when no profile with the address is of that kind",
    )
    delete_kinds: str = _choice(
        ("one", "several"),
        fact="delete-takes-one-kind",
        says="how many kinds of identifiers one /users/delete may hold",
    )
    delete_addresses: str = _choice(
        ("objects", "strings_too"),
        fact="delete-addresses-are-objects",
        says="an email or phone that /users/delete gets as a bare string",
    )
    identify_unknown_external_id: str = _choice(
        ("named", "refused"),
        fact="identify-unknown-external-id",
        says="/users/identify with an external ID that nobody has",
        pessimistic="refused",
    )
    identify_counters: str = _choice(
        ("sent", "all"),
        fact="identify-counts-addresses",
        says="counters of /users/identify: of the arrays sent, or of all three",
        pessimistic="all",
    )
    merge_behavior: str = _choice(
        ("ignored", "honoured"),
        fact="identify-merge-behavior",
        says="the member `merge_behavior` of older clients in /users/identify",
    )
    renamed_ids: str = _choice(
        ("new", "current"),
        fact="rename-lists-successes",
        says="what `external_ids` lists of a rename that succeeded",
        pessimistic="current",
    )

    # Subscription groups and global states

    early_subscription: str = _choice(
        ("orphaned", "lost", "applied"),
        fact="group-change-needs-a-finished-profile",
        says="what a state set on a profile younger than the creation lag becomes",
        pessimistic="lost",
    )
    orphan_status: str = _choice(
        ("state", "unknown"),
        fact="orphan-state-readable",
        says="what /subscription/status/get says of a state that no profile has taken yet",
        pessimistic="unknown",
    )
    status_key: str = _choice(
        ("queried", "stored"),
        fact="status-key-of-phone-queries",
        says="key of the status map for email and phone: as queried, or in stored form",
        pessimistic="stored",
    )
    wrong_channel: str = _choice(
        ("refused", "unknown"),
        fact="status-get-identifier-rules",
        says="an email in an SMS group, or a phone in an email group: 400, or unknown (set: 201,"
        " nothing done)",
        pessimistic="unknown",
    )
    unknown_status: str = _choice(
        ("unknown", "Unknown"),
        fact="status-unknown-is-lower-case",
        says="how /subscription/status/get spells that there is no history",
        pessimistic="Unknown",
    )
    missing_state: str = _choice(
        ("refused", "ignored"),
        fact="status-set-missing-state",
        says="a missing or wrong subscription_state: 400, or 201 and nothing done",
        pessimistic="ignored",
    )
    missing_subscriber: str = _choice(
        ("refused", "ignored"),
        fact="status-set-needs-identifier",
        says="no identifier in a request about groups: 400, or a success about nobody",
        pessimistic="ignored",
    )
    too_many_subscribers: str = _choice(
        ("refused", "first_50"),
        fact="subscription-identifier-limit",
        says="more than 50 identifiers in a request about groups",
        pessimistic="first_50",
    )
    bad_phone: str = _choice(
        ("refused", "ignored"),
        fact="status-set-bad-phone",
        says="a state set for an unreadable phone or email: 400, or 201 and nothing done",
        pessimistic="ignored",
    )
    loose_phone: str = _choice(
        ("normalised", "refused"),
        fact="status-set-loose-phone",
        says="/subscription/status/set with a phone that is readable but not in E.164",
        pessimistic="refused",
    )
    bad_queried_phone: str = _choice(
        ("unknown", "refused"),
        fact="status-get-identifier-rules",
        says="the status of a phone that cannot be read as a number",
        pessimistic="refused",
    )
    bare_plus: str = _choice(
        ("plus", "space"),
        fact="plus-in-phone-query",
        says="a plus that is not encoded in the phone of a query: as meant, or the space it stands"
        " for",
        pessimistic="space",
    )
    email_and_phone_query: str = _choice(
        ("refused", "email_wins"),
        fact="status-get-email-and-phone",
        says="a query by email and phone without an external_id",
        pessimistic="email_wins",
    )
    address_spread: str = _choice(
        ("first_100", "everybody"),
        fact="change-reaches-all-holders",
        says="of more than 100 profiles with one address, whom a change by address reaches",
    )
    resubscribe_on_email_update: bool = _switch(
        True,
        fact="email-update-resubscribes",
        says="a profile whose email changes becomes subscribed, or as who has that email already",
    )
    resubscribed_addresses: str = _choice(
        ("left_out", "listed"),
        fact="resubscribed-addresses-leave-the-list",
        says="whether /email/unsubscribes lists an address that has subscribed again",
        pessimistic="listed",
    )
    paged_email_look_up: str = _choice(
        ("empty", "paged"),
        fact="paged-email-look-up",
        says="an email list asked for an address together with a limit or offset",
    )
    list_date_form: str = _choice(
        ("recorded", "iso_8601"),
        fact="unsubscribes-body",
        says="dates in lists: 2020-06-17 19:27:44 +0000 as recorded, or ISO 8601 as documented",
        pessimistic="iso_8601",
    )

    # SMS keywords and double opt-in

    flag_on_single_opt_in_group: str = _choice(
        ("subscribed", "ignored"),
        fact="double-opt-in-flag-single-group",
        says="a state set with `use_double_opt_in_logic` in a single opt-in group",
        pessimistic="ignored",
    )
    pending_status: str = _choice(
        ("as_before", "unsubscribed", "unknown"),
        fact="pending-is-not-told",
        says="what /subscription/status/get says while a double opt-in waits",
        pessimistic="unsubscribed",
    )
    confirmation_window_from: str = _choice(
        ("last_prompt", "first_prompt"),
        fact="double-opt-in-window-start",
        says="from which prompt the 30 days to confirm count",
        pessimistic="first_prompt",
    )
    prompt_cap: str = _choice(
        ("24_hours", "calendar_day"),
        fact="double-opt-in-prompt-cap-by-day",
        says="how long requests get no second prompt: rolling, or until midnight UTC",
    )
    prompt_delivery: str = _choice(
        ("sent", "dropped"),
        fact="prompts-may-be-lost-or-late",
        says="what the provider does with opt-in prompts",
    )
    prompt_delay: timedelta = _span(
        0,
        fact="prompts-may-be-lost-or-late",
        says="from a double opt-in that is begun to its prompt",
        pessimistic=60,
    )
    unlisted_opt_in_keyword: str = _choice(
        ("prompt", "subscribe", "other"),
        fact="double-opt-in-unlisted-keywords",
        says="an opt-in word (YES, UNSTOP) that a double opt-in group does not list",
        pessimistic="other",
    )
    start_while_subscribed: str = _choice(
        ("silent", "opt_in_reply"),
        fact="double-opt-in-start-while-subscribed",
        says="the answer to an opt-in word of a number subscribed by double opt-in",
    )
    confirmation_outside_pending: str = _choice(
        ("other", "confirmation"),
        fact="double-opt-in-confirmation-outside-pending",
        says="a confirmation keyword of a subscribed number: as any text, or confirmed again",
    )

    # Exports and lists

    export_fields: str = _choice(
        ("optional", "required"),
        fact="export-needs-fields",
        says="fields_to_export: required for accounts since 22 August 2024",
        pessimistic="required",
    )
    unknown_export_field: str = _choice(
        ("refused", "ignored"),
        fact="export-unknown-field",
        says="an unknown name in fields_to_export",
    )
    created_at_form: str = _choice(
        ("recorded", "printed"),
        fact="export-created-at-in-print",
        says="`created_at` in exports: 2020-06-17T20:01:33.385Z as recorded, or as the page prints"
        " it, 2020-06-17 20:01:33.385 UTC",
        pessimistic="printed",
    )
    nobody_found: str = _choice(
        ("omitted", "listed"),
        fact="export-nobody-found",
        says="whether an unknown email or phone goes into invalid_user_ids",
        pessimistic="listed",
    )
    segment_export_fields: str = _choice(
        ("required", "optional"),
        fact="segment-export-members",
        says="fields_to_export of /users/export/segment: once it could be left out for all fields",
    )
    segment_export_lag: timedelta = _span(
        60,
        fact="segment-export-lag",
        says="from asking for the export of a segment to its file",
        pessimistic=3600,
    )
    segment_export_place: str = _choice(
        ("served", "recorded", "cloud_storage"),
        fact="segment-export-to-own-storage",
        says="where the file is: here, or a URL as recorded (the file is here too), or in the "
        "customer's own storage, without a URL",
    )
    zero_offset: str = _choice(
        ("accepted", "refused"),
        fact="offset-of-zero",
        says="`offset=0` in lists of Content Blocks and templates: the sentence says over 0",
        pessimistic="refused",
    )
    export_tallies: str = _choice(
        ("within_90_days", "whole"),
        fact="export-figures-of-events",
        says="first, last and count of an exported event or purchase: of 90 days, or of all time",
    )

    # Access, rate limits, transport

    missing_permission: str = _choice(
        ("403", "401"),
        fact="missing-permission-403",
        says="status for a key without permission",
        pessimistic="401",
    )
    foreign_address: str = _choice(
        ("403", "401"),
        fact="address-outside-the-allowlist",
        says="status for a call from outside the IP allowlist of its key",
        pessimistic="401",
    )
    account: str = _choice(
        ("active", "inactive"),
        fact="inactive-account-403",
        says="an inactive account is refused everything with 403 Forbidden",
    )
    legacy_api_key: str = _choice(
        ("refused", "accepted"),
        fact="legacy-api-key",
        says="the key as `api_key` in the query or the body, as before May 2020",
    )
    trailing_slash: str = _choice(
        ("accepted", "refused"),
        fact="trailing-slash-accepted",
        says="a path with a slash at its end: as without, or 404",
        pessimistic="refused",
    )
    oversized_body: str = _choice(
        ("413", "400"),
        fact="too-large-413",
        says="status for a body of more than 4 MB",
        pessimistic="400",
    )
    compressed_body: str = _choice(
        ("refused", "accepted"),
        fact="compressed-request-bodies",
        says="a request body that is compressed with gzip: 415, or read",
    )
    rate_headers: str = _choice(
        ("standard", "mau"),
        fact="rate-limit-reset-two-meanings",
        says="rate headers of /users/track: as elsewhere, or as on contracts by active users",
        pessimistic="mau",
    )
    rate_limit_epoch: str = _choice(
        ("simulated", "wall"),
        fact="rate-limit-epoch",
        says="with a manual clock, whose time windows and X-RateLimit-Reset are in",
    )
    export_rate: str = _choice(
        ("250_per_minute", "2500_per_minute"),
        fact="export-limit-with-few-fields",
        says="calls of /users/export/ids: accounts since 22 August 2024, or older ones",
    )

    # Messages

    unparsable_template: str = _choice(
        ("refused", "raw_text"),
        fact="unparsable-template",
        says="a template that is no Liquid: not saved, or sent as it is written",
        pessimistic="raw_text",
    )


def preset(name: str) -> Dials:
    """All dials at once, by the name of a preset.

    Raises:
        BadDials: there is no such preset.
    """
    match name:
        case "documented":
            return Dials()
        case "pessimistic":
            return Dials(**{each.name: each.metadata["pessimistic"] for each in fields(Dials)})
        case "instant":
            lags = [each.name for each in fields(Dials) if isinstance(each.default, timedelta)]
            return Dials(**dict.fromkeys(lags, timedelta()))  # type: ignore[arg-type]
    raise BadDials([f"there is no preset {name!r}; the presets are {', '.join(PRESETS)}"])


def turned(dials: Dials, changes: Mapping[str, Any]) -> Dials:
    """`dials` with some of them changed; values as in JSON (spans in seconds).

    A member `preset` sets all of them first, whatever its place among the changes; only whose
    time the client goes by stays, for that is nothing of Braze's.

    Raises:
        BadDials: with every problem at once.
    """
    known = {each.name: each for each in fields(Dials)}
    read: dict[str, Any] = {}
    problems: list[str] = []
    if "preset" in changes:
        try:
            epoch = dials.rate_limit_epoch
            dials = replace(preset(changes["preset"]), rate_limit_epoch=epoch)
        except BadDials as bad:
            problems += bad.problems
    for name, value in changes.items():
        if name == "preset":
            continue
        if name not in known:
            problems.append(f"there is no dial {name!r}; the dials are {', '.join(known)}")
            continue
        try:
            read[name] = _read(known[name].default, known[name].metadata.get("values"), value)
        except ValueError as problem:
            problems.append(f"dial {name!r} cannot be {value!r}: {problem}")
    if problems:
        raise BadDials(problems)
    return replace(dials, **read)


def _read(default: object, values: tuple[str, ...] | None, value: object) -> object:
    if isinstance(default, timedelta):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise ValueError("give seconds, 0 or more")
        return timedelta(seconds=value)
    if values is None:
        if not isinstance(value, bool):
            raise ValueError("give true or false")
        return value
    if value not in values:
        raise ValueError(f"give one of {', '.join(values)}")
    return value


def described(dials: Dials) -> dict[str, dict[str, Any]]:
    """Each dial with its value, its default, the values it takes, its meaning and its fact."""
    return {
        each.name: {
            "value": _plain(getattr(dials, each.name)),
            "default": _plain(each.default),
            "values": list(each.metadata.get("values", ())) or _kind(each.default),
            "says": each.metadata["says"],
            "fact": each.metadata["fact"],
        }
        for each in fields(Dials)
    }


def _plain(value: object) -> object:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _kind(default: object) -> str | list[bool]:
    return "seconds" if isinstance(default, timedelta) else [False, True]
