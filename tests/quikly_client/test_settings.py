import os
import subprocess
import sys
from datetime import timedelta

import pytest

from quikly_client.errors import BadSettings
from quikly_client.journeys.rules import ActivationRules
from quikly_client.settings import BrazeSettings, JourneySettings, RetryPolicy

GOOD_URL = "https://rest.iad-01.braze.com"
NOTHING = timedelta(0)


def test_good_settings_are_taken_as_they_are() -> None:
    settings = BrazeSettings(GOOD_URL, "a-key")

    assert (settings.base_url, settings.api_key) == (GOOD_URL, "a-key")
    assert (settings.connect_timeout_seconds, settings.read_timeout_seconds) == (5, 30)


def test_the_key_does_not_show_in_the_settings() -> None:
    assert "a-secret" not in repr(BrazeSettings(GOOD_URL, "a-secret"))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "does not start with https://"),
        ("rest.iad-01.braze.com", "does not start with https://"),
        ("ftp://rest.iad-01.braze.com", "does not start with https://"),
        ("https://", "names no host"),
        ("https://host:99999", "is no URL"),
        ("https://[::1", "is no URL"),
        ("https://dashboard-01.braze.com", "is the dashboard's address"),
        ("https://host/?api_key=1", "holds a query"),
        ("https://host name", "holds whitespace"),
    ],
)
def test_a_bad_url_is_refused_with_its_fault(url: str, problem: str) -> None:
    with pytest.raises(BadSettings) as caught:
        BrazeSettings(url, "a-key")

    assert problem in str(caught.value)
    assert "https://rest.iad-01.braze.com" in str(caught.value)


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadSettings, match="user name or password") as caught:
        BrazeSettings("https://anna:s3cret@host", "a-key")

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("a key", "holds whitespace"),
        ("a-key\n", "holds whitespace"),
        ('"a-key"', "holds a quote"),
        ("a-k\u00e9y", "no HTTP header can carry"),
        ("a-key\x00", "no HTTP header can carry"),
    ],
)
def test_a_bad_key_is_refused_and_not_repeated(key: str, problem: str) -> None:
    with pytest.raises(BadSettings) as caught:
        BrazeSettings(GOOD_URL, key)

    assert problem in str(caught.value)
    assert "a-k" not in str(caught.value)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        BrazeSettings("nowhere", "", connect_timeout_seconds=0, read_timeout_seconds=float("nan"))

    assert [problem.split()[0] for problem in caught.value.problems] == [
        "base_url",
        "base_url",
        "api_key",
        "connect_timeout_seconds",
        "read_timeout_seconds",
    ]


def test_the_waits_of_a_journey_follow_what_braze_advises() -> None:
    settings = JourneySettings(subscription_group_id="group")

    assert settings.creation_wait > timedelta(minutes=5)
    assert settings.confirm_after == timedelta(minutes=5)
    assert settings.opt_in_first_poll == timedelta(seconds=30)
    assert settings.opt_in_longest_poll == timedelta(minutes=15)
    assert settings.opt_in_window == timedelta(days=30)


def test_every_bad_journey_setting_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        JourneySettings(
            subscription_group_id=" ",
            creation_wait=NOTHING,
            confirm_after=-timedelta(seconds=1),
            verify_after=timedelta(hours=2),
            set_again_after=NOTHING,
            opt_in_first_poll=timedelta(hours=1),
            opt_in_window=timedelta(minutes=1),
            alias_label="",
            participation_attribute="$mark",
            participation_event="e" * 256,
            rules=ActivationRules(subscription_group_id=" "),
            activations={"spring": ActivationRules(opt_in_event="", opt_in_properties={"$a": "b"})},
        )

    assert [problem.split()[0] for problem in caught.value.problems] == [
        "subscription_group_id",
        "creation_wait",
        "confirm_after",
        "verify_until",
        "set_again_after",
        "opt_in_longest_poll",
        "opt_in_window",
        "alias_label",
        "participation_attribute",
        "participation_event",
        "rules.subscription_group_id",
        "activations['spring'].opt_in_event",
        "activations['spring'].opt_in_properties",
    ]


def test_an_alias_label_is_shorter_than_other_names() -> None:
    assert JourneySettings("group", participation_event="e" * 255, alias_label="l" * 236)
    with pytest.raises(BadSettings, match="longer than 236 bytes"):
        JourneySettings("group", alias_label="l" * 237)


def test_an_identifier_with_a_space_inside_is_refused() -> None:
    with pytest.raises(BadSettings, match="holds whitespace"):
        JourneySettings(subscription_group_id="a group")


def test_every_bad_retry_setting_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        RetryPolicy(
            first_wait=NOTHING, longest_wait=-timedelta(seconds=1), attempts=0, lost_after=NOTHING
        )

    assert [problem.split()[0] for problem in caught.value.problems] == [
        "first_wait",
        "longest_wait",
        "attempts",
        "lost_after",
    ]


def test_waits_double_up_to_the_longest_and_keep_at_least_half() -> None:
    policy = RetryPolicy(first_wait=timedelta(seconds=1), longest_wait=timedelta(seconds=60))

    for attempt, full in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (12, 60), (5000, 60)]:
        seconds = policy.wait_after(attempt, "spring", "anna@example.com").total_seconds()
        assert full / 2 <= seconds <= full


def test_different_people_wait_differently() -> None:
    policy = RetryPolicy()

    waits = {policy.wait_after(5, "spring", f"user{number}@example.com") for number in range(20)}

    assert len(waits) == 20


def test_another_process_with_another_hash_seed_chooses_the_same_wait() -> None:
    program = (
        "from quikly_client.settings import RetryPolicy\n"
        "print(RetryPolicy(seed=7).wait_after(3, 'spring', 'anna@example.com', 'create'))"
    )

    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert outputs == {
        str(RetryPolicy(seed=7).wait_after(3, "spring", "anna@example.com", "create"))
    }
