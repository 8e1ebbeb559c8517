"""The fake keeps the contract; a fake with one thing spoilt does not."""

import json
from collections.abc import Callable, Collection, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from contracts.furnished import KEY, RESOURCES, a_fake
from contracts.provider import Verification, verify_provider
from contracts.specification import Specification
from contracts.traffic import Exchange, check_exchange
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.dials.values import PRESETS, described
from mock_braze.server import ServerOptions, app_of, threaded
from scenarios import budgets

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

IS_SOAK = budgets.chosen() is budgets.SOAK
EXAMPLES = 120 if IS_SOAK else 12
TRACK, DELETE, MERGE = "POST /users/track", "POST /users/delete", "POST /users/merge"
STATUS_GET = "GET /subscription/status/get"
BLOCKS, EVENTS = "GET /content_blocks/list", "GET /events"
# What the tests about the verification itself call.
FEW = (TRACK, STATUS_GET, DELETE, MERGE)


def verified(provider: Any, max_examples: int = 5, only: Collection[str] = FEW) -> Verification:
    return verify_provider(provider, KEY, resources=RESOURCES, max_examples=max_examples, only=only)


MAIL = {"email": {"app_id": "a", "from": "a@example.com", "body": "Hello"}}
SOMEBODY = {"recipients": [{"external_user_id": "q-1"}]}
# What a schedule is made of, by the family of its endpoints, and what a change of it needs.
SCHEDULES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "/messages": ({"external_user_ids": ["q-1"], "messages": MAIL}, ()),
    "/campaigns/trigger": (
        {"campaign_id": RESOURCES["campaign_id"], **SOMEBODY}, ("campaign_id",)),
    "/canvas/trigger": ({"canvas_id": RESOURCES["canvas_id"], **SOMEBODY}, ("canvas_id",)),
}  # fmt: skip


@pytest.mark.parametrize("family", SCHEDULES)
def test_a_schedule_is_changed_and_deleted_within_the_contract(family: str) -> None:
    client = a_fake().test_client()
    headers = {"Authorization": f"Bearer {KEY}"}
    made, kept = SCHEDULES[family]
    when = {"schedule": {"time": "2026-01-20T12:00:00Z"}}
    created = client.post(f"{family}/schedule/create", json={**made, **when}, headers=headers)
    named = {name: made[name] for name in kept} | {"schedule_id": created.json["schedule_id"]}
    bodies = {"update": {**named, **when}, "delete": named}

    for change, body in bodies.items():
        path = f"{family}/schedule/{change}"
        answer = client.post(path, json=body, headers=headers)
        exchange = Exchange(
            method="POST",
            path=path,
            query=(),
            request_headers=dict(answer.request.headers),
            request_body=json.dumps(body).encode(),
            status=answer.status_code,
            response_headers=dict(answer.headers),
            response_body=answer.data,
        )
        assert list(map(str, check_exchange(exchange, Specification()))) == []
        assert answer.status_code == 201


def test_the_fake_keeps_the_contract_in_every_operation() -> None:
    verification = verified(a_fake(), EXAMPLES, only=())

    assert list(map(str, verification.violations)) == []
    assert verification.statuses.keys() == {each.name for each in Specification().operations}
    for name, statuses in verification.statuses.items():
        assert statuses.total() >= 2 * EXAMPLES, (name, statuses)
        assert {status // 100 for status in statuses} == {2, 4}, (name, statuses)


# Values that are there to differ from what the contract takes for likeliest: they accept what it
# wants refused, or refuse every call.
CONTRARY = {
    "missing_state": "ignored", "missing_subscriber": "ignored", "delete_kinds": "several",
    "account": "inactive",
}  # fmt: skip
OTHERS = {
    name: dial["values"][-1]
    for name, dial in described(Dials()).items()
    if isinstance(dial["values"], list) and name not in CONTRARY
}


def ways_to_turn_the_dials() -> dict[str, dict[str, Any]]:
    """Presets, and every dial at its last value; in a soak each value by itself too."""
    likeliest = {name: getattr(Dials(), name) for name in CONTRARY}
    ways = {name: {"preset": name, **likeliest} for name in PRESETS}
    ways["all turned"] = OTHERS
    if IS_SOAK:
        for name in OTHERS:
            for value in described(Dials())[name]["values"][1:]:
                ways[f"{name}={value}"] = {name: value}
    return ways


@pytest.mark.parametrize("dials", ways_to_turn_the_dials().values(), ids=ways_to_turn_the_dials())
def test_the_fake_keeps_the_contract_however_its_dials_are_turned(dials: dict[str, Any]) -> None:
    verification = verified(a_fake(**dials), 2, only=())

    assert list(map(str, verification.violations)) == []


@pytest.mark.parametrize(
    ("dial", "operation", "fact"),
    [
        ("missing_state", "POST /subscription/status/set", "status-set-missing-state"),
        ("missing_subscriber", "GET /subscription/status/get", "status-get-identifier-rules"),
    ],
)
def test_a_dial_that_accepts_what_the_contract_wants_refused_is_found(
    dial: str, operation: str, fact: str
) -> None:
    verification = verified(a_fake(**{dial: CONTRARY[dial]}), EXAMPLES, [operation])

    assert fact in {each.fact for each in verification.violations}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/email/unsubscribes", {"email[]": "email@example.com"}),
        ("/email/hard_bounces", {"email[0]": "email@example.com"}),
        ("/email/unsubscribes", {"start_date[]": "2026-01-01", "end_date": "2026-01-31"}),
        ("/segments/details", {"segment_id[]": RESOURCES["segment_id"]}),
        ("/subscription/status/get", {
            "subscription_group_id": RESOURCES["subscription_group_id"],
            "phone[0]": "+13135551212"}),
    ],
)  # fmt: skip
def test_what_is_needed_may_come_as_a_list(path: str, query: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = a_fake().test_client().get(path, query_string=query, headers=headers)
    exchange = Exchange(
        "GET", path, tuple(query.items()), headers, b"", answer.status_code,
        dict(answer.headers), answer.data,
    )  # fmt: skip

    found = check_exchange(exchange, Specification())

    assert answer.status_code == 200
    assert [str(each) for each in found if each.side == "response"] == []


def test_only_the_operations_that_are_asked_for_are_called() -> None:
    verification = verified(a_fake(), 1, only=["POST /users/delete"])

    assert verification.statuses.keys() == {"POST /users/delete"}


def test_an_operation_that_the_contract_lacks_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="POST /users/forget"):
        verified(a_fake(), 1, only=["POST /users/forget"])


def test_without_its_resource_only_the_refusals_of_an_operation_are_judged() -> None:
    provider = app_of(ServerOptions(api_key=KEY))  # it has no subscription group

    verification = verify_provider(
        provider, KEY, max_examples=1, only=["POST /subscription/status/set"]
    )

    assert list(map(str, verification.violations)) == []
    assert 201 not in verification.statuses["POST /subscription/status/set"]


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

        verified(application, 3)
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
        sized = [each for each in headers if each[0] != "Content-Length"]
        start_response(status, [*sized, ("Content-Length", str(len(body)))])
        return [body]

    return application


def replaced(was: bytes, becomes: bytes) -> Spoil:
    return lambda status, headers, body: (status, headers, body.replace(was, becomes))


def without(header: str) -> Spoil:
    return lambda status, headers, body: (status, [h for h in headers if h[0] != header], body)


def as_status(was: str, becomes: str) -> Spoil:
    return lambda status, headers, body: (status.replace(was, becomes), headers, body)


def with_header(name: str, value: str) -> Spoil:
    return lambda status, headers, body: (
        status, [(each, value if each == name else was) for each, was in headers], body,
    )  # fmt: skip


def with_etag_on(spoilt_status: str) -> Spoil:
    tag = ("Etag", f'W/"{"0" * 32}"')
    return lambda status, headers, body: (
        status, [*headers, tag] if status == spoilt_status else headers, body,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "operation", "at"),
    [
        (replaced(b"attributes_processed", b"attribute_count"), TRACK, "body.attribute_count"),
        (replaced(b'"unknown"', b'"pending"'), STATUS_GET, "body.status"),
        (replaced(b'_processed":1', b'_processed":"1"'), TRACK, "body.attributes_processed"),
        (replaced(b'"deleted"', b'"removed"'), DELETE, "body.deleted"),
        (replaced(b'"deleted":1', b'"deleted":9'), DELETE, "body.deleted"),
        (without("X-Ratelimit-Reset"), TRACK, "headers.x-ratelimit-reset"),
        (without("Etag"), DELETE, "headers.etag"),
        (with_etag_on("202 Accepted"), MERGE, "headers.etag"),
        (as_status("201 Created", "200 OK"), TRACK, "status"),
        (as_status("202 Accepted", "201 Created"), MERGE, "status"),
        (replaced(b'"content_block_id"', b'"block_id"'), BLOCKS, "body.content_blocks"),
        (replaced(b'"inclusion_count":0', b'"inclusion_count":"0"'), BLOCKS, "body.content_blocks"),
        (with_header("Link", "/events?cursor=2"), EVENTS, "headers.link"),
        (as_status("400 Bad Request", "500 Internal Server Error"), STATUS_GET, "status"),
        (as_status("401 Unauthorized", "201 Created"), DELETE, "status"),
    ],
    ids=["renamed", "undocumented enum value", "wrong type", "another renamed",
         "more than was sent", "no rate header", "no Etag", "an Etag on 202", "wrong status",
         "merge like the others", "an item's member renamed", "an item's member of another type",
         "a Link of another form", "server error", "no authentication"],
)  # fmt: skip
def test_a_planted_defect_is_found_and_named(spoil: Spoil, operation: str, at: str) -> None:
    violations = verified(spoilt(spoil), 3, only=[operation]).violations

    found = [each for each in violations if each.property.startswith(at)]
    assert found, violations
    assert {each.operation for each in found} == {operation}


class Defective:
    """The fake with a defect that shows for some requests only."""

    def __init__(self, spoil: Callable[[str, bytes, int, bytes], tuple[str, bytes] | None]) -> None:
        self.fake, self.spoil = a_fake(), spoil

    def __call__(self, environ: Any, start_response: "StartResponse") -> Iterable[bytes]:
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(sent)
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        started: list[Any] = []
        body = b"".join(self.fake(environ, lambda *given: started.append(given)))
        status, headers = started[0]
        spoilt = self.spoil(environ["PATH_INFO"], sent, int(status[:3]), body)
        if spoilt is not None:
            status, body = spoilt
            headers = [each for each in headers if each[0] != "Content-Length"]
            headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return [body]


def has_long_text(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(has_long_text, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and len(value) > 2_000


def a_500_on_a_long_text(_: str, sent: bytes, __: int, ___: bytes) -> tuple[str, bytes] | None:
    try:
        is_long = has_long_text(json.loads(sent or b"null"))
    except ValueError:
        return None
    return ("500 Internal Server Error", b"{}") if is_long else None


def a_wrong_type_in_one_branch(
    path: str, _: bytes, status: int, body: bytes
) -> tuple[str, bytes] | None:
    """Only where errors are listed beside a success is the index a text."""
    answer = json.loads(body)
    if path != "/users/track" or status != 201 or "errors" not in answer:
        return None
    answer["errors"] = [{**each, "index": str(each["index"])} for each in answer["errors"]]
    return "201 Created", json.dumps(answer, separators=(",", ":")).encode()


def an_open_route(path: str, _: bytes, status: int, __: bytes) -> tuple[str, bytes] | None:
    if path != "/users/delete" or status != 401:
        return None
    return "201 Created", b'{"deleted":0,"message":"success"}'


@pytest.mark.parametrize(
    ("spoil", "operation", "property_", "says"),
    [
        (a_500_on_a_long_text, TRACK, "status", "no server error, whatever is sent"),
        (a_500_on_a_long_text, "POST /email/status", "status",
         "no server error, whatever is sent"),
        (a_wrong_type_in_one_branch, TRACK, "body.errors[", "integer"),
        (an_open_route, DELETE, "status", "401 without a readable key"),
    ],
    ids=["500 on a long string", "another", "wrong type in one branch", "unauthenticated route"],
)  # fmt: skip
def test_a_defect_that_shows_for_some_requests_only_is_found_and_named(
    spoil: Any, operation: str, property_: str, says: str
) -> None:
    violations = verified(Defective(spoil), EXAMPLES, only=[operation]).violations

    found = [each for each in violations if each.property.startswith(property_)]
    assert says in {each.documented for each in found}, violations
    assert {each.operation for each in found} == {operation}
