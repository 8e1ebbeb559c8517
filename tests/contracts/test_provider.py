"""The fake keeps the contract; a fake with one thing spoilt does not."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from contracts.provider import Verification, verify_provider
from mock_braze.app import create_app
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.subscription import Channel
from mock_braze.domain.workspaces import Workspaces
from mock_braze.server import threaded
from scenarios.lab import START

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GROUP_ID = "10000000-0000-4000-8000-000000000001"
KEY = "the-key"


def a_fake() -> Any:
    workspaces = Workspaces(ManualClock(START), api_key=KEY)
    workspaces.default.add_group("Text message offers", Channel.SMS, GROUP_ID)
    return create_app(workspaces)


def verified(provider: Any, max_examples: int = 5) -> Verification:
    return verify_provider(provider, KEY, subscription_group_id=GROUP_ID, max_examples=max_examples)


def test_the_fake_keeps_the_contract_in_every_operation() -> None:
    verification = verified(a_fake(), max_examples=30)

    assert list(map(str, verification.violations)) == []
    assert len(verification.calls) == 4
    assert min(verification.calls.values()) >= 60


def test_a_server_is_verified_by_its_url() -> None:
    with threaded(a_fake()) as base_url:
        verification = verified(base_url)

    assert list(map(str, verification.violations)) == []


def test_every_run_sends_the_same_requests() -> None:
    def requests_of_a_run() -> list[tuple[str, str, bytes]]:
        sent = []
        fake = a_fake()

        def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
            body = environ["wsgi.input"].read()
            environ["wsgi.input"] = BytesIO(body)
            sent.append((environ["PATH_INFO"], environ["QUERY_STRING"], body))
            return fake(environ, start_response)

        verified(application, max_examples=3)
        return sent

    assert requests_of_a_run() == requests_of_a_run()


Spoil = Callable[[str, list[tuple[str, str]], bytes], tuple[str, list[tuple[str, str]], bytes]]


def spoilt(spoil: Spoil) -> "WSGIApplication":
    """The fake behind something that changes its answers."""
    fake = a_fake()

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        started: list[Any] = []
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        chunks = fake(environ, lambda *given: started.append(given))
        status, headers, body = spoil(started[0][0], started[0][1], b"".join(chunks))
        start_response(status, headers)
        return [body]

    return application


def replaced(was: bytes, becomes: bytes) -> Spoil:
    return lambda status, headers, body: (status, headers, body.replace(was, becomes))


def without(header: str) -> Spoil:
    return lambda status, headers, body: (status, [h for h in headers if h[0] != header], body)


def as_status(was: str, becomes: str) -> Spoil:
    return lambda status, headers, body: (status.replace(was, becomes), headers, body)


@pytest.mark.parametrize(
    ("spoil", "at"),
    [
        (replaced(b"attributes_processed", b"attribute_count"), "body.attribute_count"),
        (replaced(b'"unknown"', b'"pending"'), "body.status"),
        (replaced(b'_processed":1', b'_processed":"1"'), "body.attributes_processed"),
        (without("X-Ratelimit-Reset"), "headers.x-ratelimit-reset"),
        (without("Etag"), "headers.etag"),
        (as_status("201 Created", "200 OK"), "status"),
        (as_status("400 Bad Request", "500 Internal Server Error"), "status"),
        (as_status("401 Unauthorized", "201 Created"), "status"),
    ],
    ids=["renamed", "undocumented enum value", "wrong type", "no rate header", "no Etag",
         "wrong status", "server error", "no authentication"],
)  # fmt: skip
def test_a_planted_defect_is_found_and_named(spoil: Spoil, at: str) -> None:
    violations = verified(spoilt(spoil)).violations

    assert any(each.property.startswith(at) for each in violations), violations
