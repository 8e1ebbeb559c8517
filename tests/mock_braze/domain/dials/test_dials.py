import tomllib
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.dials.values import PRESETS, BadDials, described, preset, turned

# What a client expects least is the default here already: nothing comes of it, or it is refused.
WORST_BY_DEFAULT = {
    "concurrent_email_creations",
    "unmatched_priority",
    "delete_kinds",
    "delete_addresses",
    "address_spread",
    "paged_email_look_up",
    "unknown_export_field",
    "segment_export_fields",
    "legacy_api_key",
    "compressed_body",
    "export_rate",
    "broadcast_with_recipients",
}
# Neither value is kinder, or one would leave nothing to test.
NO_WORSE_VALUE = {
    "merge_behavior": "a member that only older clients send",
    "resubscribe_on_email_update": "a setting of the brand, not an unknown of Braze",
    "prompt_cap": "either may send a prompt where the other would not",
    "prompt_delivery": "without prompts nobody ever joins: a broken provider, not a bad day",
    "start_while_subscribed": "one text more or less to somebody who is subscribed",
    "confirmation_outside_pending": "one text more or less to somebody who is subscribed",
    "segment_export_place": "a setting of the brand, not an unknown of Braze",
    "export_tallies": "a figure is one or the other",
    "local_time_passed": "either refuses what the other would send",
    "account": "an inactive account is refused everything",
    "rate_limit_epoch": "whose watch the client goes by, which is nothing of Braze's",
}

FACTS = Path(__file__).parents[4] / "contracts" / "facts.toml"


def test_turned_dials_take_json_values_and_leave_the_others() -> None:
    dials = turned(Dials(), {"creation_lag": 1.5, "reorder": True, "early_subscription": "lost"})

    assert dials == Dials(
        creation_lag=timedelta(seconds=1.5), reorder=True, early_subscription="lost"
    )


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(BadDials) as bad:
        turned(
            Dials(),
            {"speed": 1, "ingestion_lag": -1, "reorder": "yes", "status_key": [], "status_lag": 5},
        )

    names = ", ".join(each.name for each in fields(Dials))
    assert bad.value.problems == [
        f"there is no dial 'speed'; the dials are {names}",
        "dial 'ingestion_lag' cannot be -1: give seconds, 0 or more",
        "dial 'reorder' cannot be 'yes': give true or false",
        "dial 'status_key' cannot be []: give one of queried, stored",
    ]


@pytest.mark.parametrize("value", [True, "5", None, float("nan"), float("inf"), 1e9, 10**400, -0.1])
def test_a_span_is_a_number_of_seconds_within_reason(value: Any) -> None:
    with pytest.raises(BadDials, match="give seconds, 0 or more"):
        turned(Dials(), {"ingestion_lag": value})


@pytest.mark.parametrize("value", [0, 1, "true", None, []])
def test_a_switch_is_true_or_false_and_nothing_like_it(value: Any) -> None:
    with pytest.raises(BadDials, match="give true or false"):
        turned(Dials(), {"reorder": value})


def test_each_dial_is_described_with_its_values_and_can_be_turned_to_all_of_them() -> None:
    for name, dial in described(Dials()).items():
        assert dial["value"] == dial["default"], name
        values = [0, 1e6] if dial["values"] == "seconds" else dial["values"]
        for value in values:
            assert described(turned(Dials(), {name: value}))[name]["value"] == value


def test_the_defaults_are_what_the_facts_say() -> None:
    assert {name: dial["value"] for name, dial in described(Dials()).items()} == {
        "ingestion_lag": 2,
        "creation_lag": 120,
        "ingestion_jitter": 0,
        "reorder": False,
        "status_lag": 0,
        "early_subscription": "orphaned",
        "orphan_status": "state",
        "status_key": "queried",
        "wrong_channel": "refused",
        "unknown_status": "unknown",
        "missing_state": "refused",
        "missing_subscriber": "refused",
        "too_many_subscribers": "refused",
        "bad_phone": "refused",
        "loose_phone": "normalised",
        "bad_queried_phone": "unknown",
        "email_and_phone_query": "refused",
        "address_spread": "first_100",
        "resubscribe_on_email_update": True,
        "resubscribed_addresses": "left_out",
        "paged_email_look_up": "empty",
        "list_date_form": "recorded",
        "concurrent_email_creations": "duplicate",
        "alias_events": "create",
        "track_object_limit": "75_combined",
        "track_error_type": "sentence",
        "detected_type": "as_sent",
        "bad_property": "dropped",
        "array_length": "500",
        "event_properties": "100_kb",
        "delete_addresses": "objects",
        "bare_plus": "plus",
        "created_at_form": "recorded",
        "missing_permission": "403",
        "foreign_address": "403",
        "account": "active",
        "legacy_api_key": "refused",
        "trailing_slash": "accepted",
        "oversized_body": "413",
        "compressed_body": "refused",
        "rate_headers": "standard",
        "rate_limit_epoch": "simulated",
        "deletion_lag": 1,
        "merge_lag": 60,
        "unmatched_priority": "nobody",
        "delete_kinds": "one",
        "identify_unknown_external_id": "named",
        "identify_counters": "sent",
        "merge_behavior": "ignored",
        "renamed_ids": "new",
        "export_rate": "250_per_minute",
        "flag_on_single_opt_in_group": "subscribed",
        "pending_status": "as_before",
        "confirmation_window_from": "last_prompt",
        "prompt_cap": "24_hours",
        "prompt_delivery": "sent",
        "prompt_delay": 0,
        "unlisted_opt_in_keyword": "prompt",
        "start_while_subscribed": "silent",
        "confirmation_outside_pending": "other",
        "export_fields": "optional",
        "unknown_export_field": "refused",
        "nobody_found": "omitted",
        "segment_export_fields": "required",
        "segment_export_lag": 60,
        "segment_export_place": "served",
        "zero_offset": "accepted",
        "export_tallies": "within_90_days",
        "webhook_first_retry": 30,
        "unreachable_receiver": "within_a_day",
        "long_retry_after": "waited_for",
        "early_user_update": "applied",
        "audience_after_delay": "kept",
        "unparsable_template": "refused",
        "past_schedule": "sent_at_once",
        "local_time_passed": "company_zone",
        "schedule_changed": "201",
        "broadcast_with_recipients": "refused",
    }


def test_each_dial_names_a_fact_of_the_register() -> None:
    facts = tomllib.loads(FACTS.read_text())

    assert {dial["fact"] for dial in described(Dials()).values()} <= facts.keys()


def test_the_preset_instant_has_no_lag_and_documented_is_the_default() -> None:
    instant = described(preset("instant"))
    lags = {name: dial["value"] for name, dial in instant.items() if dial["values"] == "seconds"}

    assert set(lags.values()) == {0}
    assert preset("documented") == Dials()


def test_the_preset_pessimistic_is_late_and_never_kinder_than_the_default() -> None:
    pessimistic = preset("pessimistic")

    assert pessimistic.creation_lag > Dials().creation_lag
    assert pessimistic.early_subscription == "lost"
    assert pessimistic.reorder
    for name, dial in described(pessimistic).items():
        if dial["values"] == "seconds":
            assert dial["value"] >= dial["default"], name
        else:
            assert dial["value"] in dial["values"], name


def test_the_preset_pessimistic_turns_every_dial_that_has_a_worse_value() -> None:
    worst = described(preset("pessimistic"))
    left = {name for name, dial in worst.items() if dial["value"] == dial["default"]}

    assert left == WORST_BY_DEFAULT | NO_WORSE_VALUE.keys()


def test_a_preset_comes_before_the_other_changes_wherever_it_stands() -> None:
    dials = turned(Dials(reorder=True), {"creation_lag": 7, "preset": "instant"})

    assert dials == turned(preset("instant"), {"creation_lag": 7})
    assert not dials.reorder


@pytest.mark.parametrize("name", ["fast", 5, None, []])
def test_an_unknown_preset_is_told_with_the_other_problems(name: Any) -> None:
    with pytest.raises(BadDials) as bad:
        turned(Dials(), {"preset": name, "reorder": 1})

    assert bad.value.problems == [
        f"there is no preset {name!r}; the presets are {', '.join(PRESETS)}",
        "dial 'reorder' cannot be 1: give true or false",
    ]


def test_a_preset_leaves_whose_time_the_client_goes_by() -> None:
    dials = turned(Dials(rate_limit_epoch="wall"), {"preset": "instant"})

    assert dials == turned(preset("instant"), {"rate_limit_epoch": "wall"})
