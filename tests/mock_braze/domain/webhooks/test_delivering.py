"""How Braze reads the answers of receivers, and when it calls again. Nobody is called here."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from receivers import a_request
from worlds import START, a_workspace, advance, hazards_seen

from mock_braze.domain.journal import WebhookAttempted
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.webhooks.deliveries import Answer, Delivery, Failure, Outcome
from mock_braze.domain.webhooks.delivering import (
    answer_without_a_call,
    queue_delivery,
    record_answer,
)
from mock_braze.domain.webhooks.hosts import MOST_FAILURES
from mock_braze.domain.workspace import Workspace

URL = "https://api.quikly.com/webhook/braze"
SOURCE = MessageSource(7, "campaign-1", "dispatch-1", "send-1")
TIMED_OUT = Answer(599, failure=Failure.TIMED_OUT)
UNREACHABLE = Answer(599, failure=Failure.UNREACHABLE)
THURSDAY = ("Date", "Thu, 01 Jan 2026 12:00:00 GMT")  # a receiver in another time than ours


def queue(workspace: Workspace, url: str = URL, **how: Any) -> Delivery:
    now = workspace.clock.now()
    delivery = queue_delivery(workspace.state, a_request(url), now, SOURCE, **how)
    workspace.settle()
    return delivery


def answer(workspace: Workspace, delivery: Delivery, answered: Answer | int) -> None:
    what = answered if isinstance(answered, Answer) else Answer(answered)
    now = workspace.clock.now()
    record_answer(workspace.state, delivery.number, now, delivery.request.url, what)


def attempts(workspace: Workspace, *answers: Answer | int) -> Delivery:
    """A delivery whose attempts are answered so, each at its moment."""
    delivery = queue(workspace)
    for each in answers:
        due = delivery.next_attempt
        assert due is not None
        workspace.advance(due - workspace.clock.now())
        answer(workspace, delivery, each)
    return delivery


def waits(delivery: Delivery) -> list[float]:
    """Seconds from the end of each attempt to the next one."""
    ends = [each.ended_at for each in delivery.attempts]
    starts = [each.at for each in delivery.attempts[1:]] + [delivery.next_attempt]
    pairs = zip(ends, starts, strict=True)
    return [(start - end).total_seconds() for end, start in pairs if start is not None]


def seconds(moment: datetime | None) -> float:
    assert moment is not None
    return (moment - START).total_seconds()


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529, 598, 599])
def test_slow_busy_and_broken_receivers_are_tried_again(workspace: Workspace, status: int) -> None:
    """Facts: webhook-retried-statuses"""
    delivery = attempts(workspace, status)

    assert (delivery.outcome, seconds(delivery.next_attempt)) == (Outcome.WAITING, 30)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 422, 499])
def test_any_other_4xx_loses_a_webhook_at_once(workspace: Workspace, status: int) -> None:
    """Facts: webhook-4xx-is-lost"""
    delivery = attempts(workspace, status)

    assert (delivery.outcome, delivery.next_attempt) == (Outcome.FAILED, None)
    (hazard,) = hazards_seen(workspace)
    assert (hazard.hazard.name, hazard.request, hazard.subject, hazard.details) == (
        "webhook_lost_at_once", 7, "api.quikly.com", f"it answered {status}",
    )  # fmt: skip


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308])
def test_a_redirect_loses_a_webhook_at_once(workspace: Workspace, status: int) -> None:
    """Facts: webhook-redirect-not-followed"""
    delivery = attempts(workspace, Answer(status, (("Location", "http://127.0.0.1/"),)))

    assert (delivery.outcome, delivery.next_attempt) == (Outcome.FAILED, None)
    assert [each.hazard.name for each in hazards_seen(workspace)] == ["webhook_lost_at_once"]


@pytest.mark.parametrize("status", [100, 199, 600, 999])
def test_a_status_that_means_nothing_is_no_delivery(workspace: Workspace, status: int) -> None:
    assert attempts(workspace, status).outcome is Outcome.FAILED


def test_a_webhook_is_attempted_six_times_in_half_an_hour(workspace: Workspace) -> None:
    """Facts: webhook-five-retries"""
    delivery = attempts(workspace, *[500] * 6)

    assert waits(delivery) == [30, 60, 120, 240, 480]
    assert workspace.clock.now() - START <= timedelta(minutes=30)
    assert (delivery.outcome, delivery.next_attempt) == (Outcome.FAILED, None)
    (hazard,) = hazards_seen(workspace)
    assert (hazard.hazard.name, hazard.details) == (
        "webhook_given_up", "it answered 500, after 6 attempts",
    )  # fmt: skip


def test_there_is_no_seventh_attempt_however_soon_it_would_be() -> None:
    """Facts: webhook-five-retries"""
    delivery = attempts(a_workspace(webhook_first_retry=1), *[500] * 6)

    assert waits(delivery) == [1, 2, 4, 8, 16]
    assert delivery.outcome is Outcome.FAILED


def test_no_attempt_is_made_after_half_an_hour() -> None:
    """Facts: webhook-five-retries"""
    workspace = a_workspace(webhook_first_retry=100)

    delivery = attempts(workspace, *[500] * 5)

    assert waits(delivery) == [100, 200, 400, 800]
    assert delivery.outcome is Outcome.FAILED


def test_a_delivery_ends_the_retries(workspace: Workspace) -> None:
    delivery = attempts(workspace, 503, 200)

    assert (delivery.outcome, delivery.next_attempt) == (Outcome.DELIVERED, None)
    assert workspace.state.deliveries.waiting == set()
    assert workspace.next_due() is None


def test_a_timed_out_attempt_has_taken_ninety_seconds(workspace: Workspace) -> None:
    """Facts: webhook-timeout"""
    delivery = attempts(workspace, TIMED_OUT)

    (made,) = delivery.attempts
    assert made.ended_at - made.at == timedelta(seconds=90)
    assert seconds(delivery.next_attempt) == 120
    (hazard,) = hazards_seen(workspace)
    assert hazard.hazard.name == "webhook_repeated"


def test_six_timeouts_fit_into_the_half_hour(workspace: Workspace) -> None:
    delivery = attempts(workspace, *[TIMED_OUT] * 6)

    assert [seconds(each.at) for each in delivery.attempts] == [0, 120, 270, 480, 810, 1380]
    assert delivery.outcome is Outcome.FAILED


def test_who_cannot_be_reached_is_tried_again_over_a_day(workspace: Workspace) -> None:
    """Facts: webhook-unreachable-is-retried"""
    delivery = attempts(workspace, *[UNREACHABLE] * 6)

    assert waits(delivery) == [60 * each for each in (24, 48, 96, 192, 384)]
    assert delivery.outcome is Outcome.FAILED


def test_or_within_the_half_hour_as_the_dial_says() -> None:
    """Facts: webhook-unreachable-is-retried"""
    workspace = a_workspace(unreachable_receiver="within_30_minutes")

    assert waits(attempts(workspace, UNREACHABLE, UNREACHABLE)) == [30, 60]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ([("Retry-After", "7")], 7),
        ([("retry-after", " 300 ")], 300),
        ([("Retry-After", "0")], 0),
        ([("Retry-After", "-5")], 0),
        ([THURSDAY, ("Retry-After", "Thu, 01 Jan 2026 12:05:00 GMT")], 300),
        ([("Retry-After", "Mon, 05 Jan 2026 09:05:00 GMT")], 300),
        ([THURSDAY, ("Retry-After", "Thu, 01 Jan 2026 11:00:00 GMT")], 0),
        ([("X-RateLimit-Reset", "45")], 45),
        ([("RateLimit-Reset", "45")], 45),
        ([THURSDAY, ("X-Rate-Limit-Reset", "1767269400")], 600),
        ([("X-RateLimit-Reset", "45"), ("Retry-After", "7")], 7),
        ([("Retry-After", "soon")], 30),
        ([("Retry-After", "nan")], 30),
        ([("X-RateLimit-Reset", "")], 30),
        ([("Date", "never")], 30),
    ],
)
def test_a_receiver_can_ask_for_another_wait(
    workspace: Workspace, headers: list[tuple[str, str]], wait: float
) -> None:
    """Facts: webhook-retry-after"""
    delivery = attempts(workspace, Answer(429, tuple(headers)))

    assert seconds(delivery.next_attempt) == wait


def test_asking_does_not_make_an_answer_retried(workspace: Workspace) -> None:
    """Facts: webhook-retry-after"""
    assert attempts(workspace, Answer(401, (("Retry-After", "7"),))).next_attempt is None


def test_a_long_wait_is_granted_up_to_a_day_or_not_at_all() -> None:
    """Facts: webhook-retry-after"""
    strict = a_workspace(long_retry_after="given_up")

    def asked(workspace: Workspace, wait: str) -> datetime | None:
        return attempts(workspace, Answer(503, (("Retry-After", wait),))).next_attempt

    assert seconds(asked(a_workspace(), "86400")) == 86400
    assert asked(a_workspace(), "86401") is None
    assert asked(a_workspace(), "1e300") is None
    assert asked(strict, "1801") is None
    assert seconds(asked(strict, "1800")) == 1800


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504, 529])
def test_a_host_that_fails_too_often_is_left_alone_for_a_minute(
    workspace: Workspace, status: int
) -> None:
    """Facts: webhook-unhealthy-host, webhook-simulated-statuses"""
    fail(workspace, MOST_FAILURES, status)
    before = of_a_call(workspace, URL)
    fail(workspace, 1, status)

    assert before is None
    assert of_a_call(workspace, URL) == Answer(
        598, failure=Failure.HOST_UNHEALTHY, reason="api.quikly.com fails too often"
    )
    assert of_a_call(workspace, "https://api.quikly.com:443/elsewhere") is not None
    assert of_a_call(workspace, "https://quikly.com/") is None
    advance(workspace, 59)
    assert of_a_call(workspace, URL) is not None
    advance(workspace, 1)
    assert of_a_call(workspace, URL) is None


def test_failures_of_more_than_a_minute_ago_do_not_count(workspace: Workspace) -> None:
    """Facts: webhook-unhealthy-host"""
    fail(workspace, MOST_FAILURES, 503)
    advance(workspace, 60)
    fail(workspace, MOST_FAILURES, 503)

    assert of_a_call(workspace, URL) is None


@pytest.mark.parametrize("what", [500, 400, 598, 599, TIMED_OUT, UNREACHABLE])
def test_other_failures_do_not_make_a_host_unhealthy(
    workspace: Workspace, what: Answer | int
) -> None:
    """Facts: webhook-unhealthy-host"""
    fail(workspace, MOST_FAILURES + 1, what)

    assert of_a_call(workspace, URL) is None


def test_an_attempt_that_was_not_made_is_retried(workspace: Workspace) -> None:
    """Facts: webhook-simulated-statuses"""
    delivery = attempts(workspace, Answer(598, failure=Failure.HOST_UNHEALTHY))

    assert seconds(delivery.next_attempt) == 30


def fail(workspace: Workspace, times: int, what: Answer | int) -> None:
    for _ in range(times):
        answer(workspace, queue(workspace, is_test=True), what)


def of_a_call(workspace: Workspace, url: str) -> Answer | None:
    delivery = queue(workspace, url)
    return answer_without_a_call(workspace.state, delivery, workspace.clock.now())


def test_a_test_is_attempted_once_and_is_no_hazard(workspace: Workspace) -> None:
    delivery = queue(workspace, is_test=True)

    answer(workspace, delivery, 503)

    assert (delivery.outcome, delivery.next_attempt) == (Outcome.FAILED, None)
    assert hazards_seen(workspace) == []


def test_every_attempt_is_journaled_with_all_that_is_known(workspace: Workspace) -> None:
    """Facts: webhook-activity-log"""
    delivery = attempts(workspace, 500, 200)

    entries = workspace.state.journal.since(kind="webhook")
    first, second = [each for each in entries if isinstance(each, WebhookAttempted)]
    assert (first.delivery, first.attempt, first.source, first.request, first.outcome) == (
        1, 1, SOURCE, a_request(URL), Outcome.WAITING,
    )  # fmt: skip
    assert first.next_attempt == second.made.at == START + timedelta(seconds=30)
    assert (second.attempt, second.outcome, second.next_attempt) == (2, Outcome.DELIVERED, None)
    assert [first.made, second.made] == delivery.attempts
