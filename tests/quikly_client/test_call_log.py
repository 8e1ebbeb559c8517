import logging
import re

import pytest
from driving import EMAIL, PHONE, a_participation
from hypothesis import given
from hypothesis import strategies as st

from quikly_client.call_log import line, log_call
from quikly_client.journeys.participation import Step, Workflow
from quikly_client.transport import Exchange

_PAIR = re.compile(r'\w+=(?:"(?:[^"\\]|\\.)*"|[^\s"]+)(?:\s|$)')
PARTICIPATION = a_participation(phone=PHONE, workflow=Workflow.SMS, step=Step.CHECK)


def test_a_call_is_one_line_of_pairs_without_anybodys_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    headers = {"x-request-id": "r-1", "x-ratelimit-remaining": "249999"}

    log_call(Exchange("GET", "/a", 200, 0.0123, headers), PARTICIPATION, attempt=1)

    assert [(each.name, each.levelname, each.message) for each in caplog.records] == [
        (
            "quikly_client.calls",
            "INFO",
            "method=GET path=/a status=200 seconds=0.012 request_id=r-1 remaining=249999 "
            "activation=spring participant=an…@example.com workflow=sms step=check attempt=1",
        )
    ]
    assert EMAIL not in caplog.text
    assert PHONE not in caplog.text


@pytest.mark.parametrize(
    ("exchange", "says"),
    [
        (Exchange("GET", "/a", 429, 0.1, {"x-ratelimit-remaining": ""}),
         "status=429 seconds=0.100"),
        (Exchange("GET", "/a", None, None, {}, "the answer took too long"),
         'failure="the answer took too long"'),
    ],
)  # fmt: skip
def test_a_call_that_went_wrong_is_a_warning(
    caplog: pytest.LogCaptureFixture, exchange: Exchange, says: str
) -> None:
    log_call(exchange, PARTICIPATION, attempt=3)

    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.message.startswith(f"method=GET path=/a {says} activation=spring ")
    assert record.message.endswith(" attempt=3")


@given(value=st.text(min_size=1))
def test_a_value_keeps_to_its_line_and_its_pair(value: str) -> None:
    said = line({"key": value, "nothing": None, "next": 1})

    assert said.startswith("key=")
    assert said.endswith(" next=1")
    assert said.splitlines() == [said]
    assert len(_PAIR.findall(said)) == 2
