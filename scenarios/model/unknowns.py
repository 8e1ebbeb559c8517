"""What nobody outside Braze knows, and the model is told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unknowns:
    """What nobody outside Braze knows; named after the dials, spans in seconds."""

    ingestion_lag: int = 2
    creation_lag: int = 120
    status_lag: int = 0
    deletion_lag: int = 1
    merge_lag: int = 60
    alias_events: str = "create"
    concurrent_email_creations: str = "duplicate"
    unmatched_priority: str = "nobody"
    delete_kinds: str = "one"
    identify_unknown_external_id: str = "named"
    identify_counters: str = "sent"
    renamed_ids: str = "new"
    nobody_found: str = "omitted"
    export_tallies: str = "within_90_days"
    early_subscription: str = "orphaned"
    orphan_status: str = "state"
    unknown_status: str = "unknown"
    status_key: str = "queried"
    wrong_channel: str = "refused"
    missing_state: str = "refused"
    missing_subscriber: str = "refused"
    email_and_phone_query: str = "refused"
    flag_on_single_opt_in_group: str = "subscribed"
    pending_status: str = "as_before"
    confirmation_window_from: str = "last_prompt"
    prompt_cap: str = "24_hours"
    prompt_delivery: str = "sent"
    unlisted_opt_in_keyword: str = "prompt"
    start_while_subscribed: str = "silent"
    confirmation_outside_pending: str = "other"
