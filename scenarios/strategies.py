"""What generated scenarios are made of. Pools are small, so that people collide."""

from datetime import timedelta

from hypothesis import strategies as st

EMAILS = ("ana@example.com", "ben@example.com", "cho@example.com")
PHONES = ("+13135551201", "+13135551202", "+13135551203")
ACTIVATIONS = ("spring-drop", "summer-swap")


def emails() -> st.SearchStrategy[str]:
    """Addresses of three people."""
    return st.sampled_from(EMAILS)


def phones() -> st.SearchStrategy[str]:
    """Numbers of three people, who may well give each other's."""
    return st.sampled_from(PHONES)


def activations() -> st.SearchStrategy[str]:
    """Two activations, so that one person can be in both."""
    return st.sampled_from(ACTIVATIONS)


def external_ids() -> st.SearchStrategy[str]:
    """The brand's own names for customers."""
    return st.sampled_from(("crm-1", "crm-2"))


def waits() -> st.SearchStrategy[timedelta]:
    """Spans around the lags: before, at and after each."""
    return st.sampled_from(
        [timedelta(seconds=each) for each in (1, 2, 60, 119, 120, 149, 151, 3600)]
    )


def dials() -> st.SearchStrategy[dict[str, object]]:
    """Values for what nobody outside Braze can know. Lags stay within what the client waits."""
    return st.fixed_dictionaries(
        {},
        optional={
            "ingestion_lag": st.sampled_from([0, 2, 60, 119]),
            "creation_lag": st.sampled_from([0, 60, 120]),
            "ingestion_jitter": st.sampled_from([0, 1, 30]),
            "reorder": st.booleans(),
            "status_lag": st.sampled_from([0, 5, 300]),
            "early_subscription": st.sampled_from(["orphaned", "lost", "applied"]),
            "orphan_status": st.sampled_from(["state", "unknown"]),
            "status_key": st.sampled_from(["queried", "stored"]),
            "concurrent_email_creations": st.sampled_from(["duplicate", "reuse"]),
            "alias_events": st.sampled_from(["create", "drop"]),
            "track_object_limit": st.sampled_from(["75_combined", "50_combined", "75_per_array"]),
            "track_error_type": st.sampled_from(["sentence", "code"]),
            "export_fields": st.sampled_from(["optional", "required"]),
            "nobody_found": st.sampled_from(["omitted", "listed"]),
        },
    )
