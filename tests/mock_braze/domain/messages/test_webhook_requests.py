"""What a composed webhook becomes: its URL, headers and body for one person."""

import json
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import START

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.dials.values import turned
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.liquid.rendering import Aborted, Failed, Surroundings, render
from mock_braze.domain.liquid.scope import scope
from mock_braze.domain.messages.message import WebhookMessage
from mock_braze.domain.messages.webhook_requests import (
    ComposedRequest,
    composed,
    problems_of,
    url_problem,
)

URL = "https://example.com/in"
NASTY = 'a "quoted" \\ line\nbreak'
RAW = turned(Dials(), {"unparsable_template": "raw_text"})


def a_webhook(**members: Any) -> WebhookMessage:
    return WebhookMessage(**{"url": URL, **members})


def request_for(
    webhook: WebhookMessage, dials: Dials | None = None, **attributes: Any
) -> ComposedRequest | Aborted | Failed:
    seen = scope({"email_address": "a@example.com", "user_id": "q-1"}, attributes, {}, Occasion())
    surroundings = Surroundings(START, Random(1).random, {"https://a.b": 5})
    return composed(
        webhook, partial(render, scope=seen, surroundings=surroundings), dials or Dials()
    )


def test_every_text_of_a_webhook_may_hold_liquid() -> None:
    """Facts: webhook-ports, webhook-headers, webhook-names-hold-liquid"""
    webhook = a_webhook(
        url="https://example.com/{{custom_attribute.${a}}}",
        method="PUT",
        headers=(("Authorization", "Bearer {{custom_attribute.${a}}}"), ("X-{{${user_id}}}", "")),
        pairs=(("key-{{custom_attribute.${a}}}", "{{${email_address}}}"),),
    )  # fmt: skip

    assert request_for(webhook, a="A") == ComposedRequest(
        "PUT",
        "https://example.com/A",
        (("Authorization", "Bearer A"), ("X-q-1", "")),
        '{"key-A": "a@example.com"}',
    )


def test_pairs_become_strings_of_one_json_object() -> None:
    """Facts: webhook-body-kinds, webhook-pairs-are-strings"""
    webhook = a_webhook(
        pairs=(("n", "{{custom_attribute.${n}}}"), ("text", "{{custom_attribute.${text}}}"))
    )

    outcome = request_for(webhook, n=5, text=NASTY)

    assert isinstance(outcome, ComposedRequest)
    assert json.loads(outcome.body) == {"n": "5", "text": NASTY}


def test_raw_text_stays_as_it_is_and_may_break() -> None:
    """Facts: webhook-body-kinds, webhook-raw-text-as-it-is"""
    webhook = a_webhook(raw_text='{"text": "{{custom_attribute.${text}}}"}')

    outcome = request_for(webhook, text=NASTY)

    assert outcome == ComposedRequest("POST", URL, (), f'{{"text": "{NASTY}"}}')


def test_a_blank_attribute_is_an_empty_string_or_a_hole_and_is_noted() -> None:
    """Facts: webhook-blank-attribute"""
    output = "{{custom_attribute.${none}}}"

    in_pairs = request_for(a_webhook(pairs=(("a", output),)))
    in_raw_text = request_for(a_webhook(raw_text=f'{{"a": {output}}}'))

    assert in_pairs == ComposedRequest(
        "POST", URL, (), '{"a": ""}', (f"'pairs.a': {output} rendered empty",)
    )
    assert in_raw_text == ComposedRequest(
        "POST", URL, (), '{"a": }', (f"'raw_text': {output} rendered empty",)
    )


def test_a_content_type_is_there_only_if_it_was_composed() -> None:
    """Facts: webhook-content-type-not-added"""
    outcome = request_for(a_webhook(pairs=()))

    assert outcome == ComposedRequest("POST", URL, (), "{}")


def test_a_webhook_is_called_off_by_any_of_its_texts() -> None:
    """Facts: liquid-abort-message"""
    aborting = "{% abort_message('enough') %}"

    outcomes = [
        request_for(a_webhook(**members))
        for members in ({"url": aborting}, {"headers": (("a", aborting),)}, {"raw_text": aborting})
    ]

    assert outcomes == [Aborted("enough")] * 3


def test_a_failure_is_told_with_its_place() -> None:
    """Facts: liquid-failure-stops-the-message"""
    webhook = a_webhook(headers=(("a", "{{ 1 | divided_by: 0 }}"),))

    assert request_for(webhook) == Failed("'headers.a': divided_by: can't divide by 0")


def test_what_is_no_liquid_is_refused_or_stays_as_it_is() -> None:
    """Facts: unparsable-template"""
    webhook = a_webhook(pairs=(("email", "{{${email_address}}"),))
    told = (
        "line 1, column 1, at {{${email_address}}: a closing brace is missing; "
        "did you mean {{${email_address}}}"
    )

    assert problems_of(webhook, Dials()) == [f"'pairs.email' is no Liquid: {told}"]
    assert request_for(webhook) == Failed(f"'pairs.email': {told}")
    assert problems_of(webhook, RAW) == []
    assert request_for(webhook, RAW) == ComposedRequest(
        "POST",
        URL,
        (),
        '{"email": "{{${email_address}}"}',
        ("'pairs.email' is no Liquid and stays as it is",),
    )


def test_connected_content_without_an_answer_is_noted() -> None:
    """Facts: liquid-connected-content"""
    webhook = a_webhook(
        raw_text="{% connected_content https://a.b %}{% connected_content https://c.d %}"
    )

    assert request_for(webhook) == ComposedRequest(
        "POST",
        URL,
        (),
        "5",
        ("'raw_text': no 'connected_content' was given for https://c.d; it rendered empty",),
    )


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
def test_a_webhook_has_one_of_four_methods(method: str) -> None:
    """Facts: webhook-methods"""
    assert problems_of(a_webhook(method=method), Dials()) == []
    assert problems_of(a_webhook(method=method.lower()), Dials()) == [
        f"'method' must be one of POST, GET, PUT, DELETE, not {method.lower()!r}"
    ]


@pytest.mark.parametrize(
    "url",
    [URL, "http://example.com:80", "https://example.com:443/a", "http://127.0.0.1:9000/hook",
     "http://localhost:1", "http://[::1]:5"],
)  # fmt: skip
def test_two_ports_may_be_called_and_every_one_of_this_machine(url: str) -> None:
    """Facts: webhook-ports"""
    assert url_problem(url) == ""


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (
            "https://example.com:8443/in",
            "may name the ports 80 and 443 only, not 8443, but for this machine itself",
        ),
        ("ftp://example.com", "must be a whole one, with http or https and a host, not "),
        ("example.com/in", "must be a whole one, with http or https and a host, not "),
        ("https://example.com:port", "must be a whole one, with http or https and a host, not "),
        ("https://[", "must be a whole one, with http or https and a host, not "),
        ("", "must be a whole one, with http or https and a host, not "),
        ("https://example.com/a b", "must hold no blanks, but is "),
        ("https://example.com/a\nb", "must hold no blanks, but is "),
    ],
)
def test_other_urls_cannot_be_called_and_are_not_saved(url: str, problem: str) -> None:
    """Facts: webhook-ports"""
    whole = problem + repr(url) if problem.endswith(" ") else problem

    assert url_problem(url) == whole
    assert problems_of(a_webhook(url=url), Dials()) == [
        f"'url' {whole}" if url else "'url' is empty"
    ]
    assert request_for(a_webhook(url="{{custom_attribute.${u}}}"), u=url) == Failed(
        f"'url' {whole}"
    )


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=6,
)


@given(st.dictionaries(st.text(), st.text()), VALUES)
def test_a_body_of_pairs_is_always_json_of_strings(pairs: dict[str, str], value: Any) -> None:
    """Facts: webhook-pairs-are-strings"""
    given_pairs = (*pairs.items(), ("value", "{{custom_attribute.${v}}}"))

    outcome = request_for(a_webhook(pairs=given_pairs), RAW, v=value)

    if isinstance(outcome, ComposedRequest):
        read = json.loads(outcome.body.encode())
        assert all(isinstance(each, str) for each in read.values())
    else:
        assert isinstance(outcome, Failed)
        assert pairs, "only what somebody else wrote can fail"
