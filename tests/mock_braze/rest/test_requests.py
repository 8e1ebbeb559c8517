import gc
import gzip

import pytest
from worlds import KEY, START, World, advance

from mock_braze.app import accepts_gzip
from mock_braze.domain.rate_limits import SHARED_POOL
from mock_braze.rest.exchange import Call, Reply, Request
from mock_braze.rest.operations import TABLE, Operation, answer

FOUR_MB = 4 * 1024 * 1024
ONE = b'{"attributes":[{"external_id":"a"}]}'


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/JSON ; charset=utf-8",
    ],
)
def test_json_may_be_announced_with_a_charset(world: World, content_type: str) -> None:
    answer = world.post("/users/track", raw=ONE, headers={"Content-Type": content_type})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonl", "json", ";"],
)
def test_a_post_of_anything_else_is_refused(world: World, content_type: str | None) -> None:
    """Facts: content-type-must-be-json, wrong-content-type-415"""
    answer = world.post("/users/track", raw=ONE, headers={"Content-Type": content_type})

    assert (answer.status_code, answer.text) == (415, '{"message":"Unsupported Media Type"}')


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"attributes":[{"external_id":"a"},]}',
        b"{'attributes':[]}",
        b'{"attributes":[]} // nothing',
        b'{{"attributes":[]}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1e400}',
        b'{"a":01}',
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\\ud800"}',
        b'{"a":"tab\t"}',
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        b"[" * 100_000,
        b"[" * 1025 + b"]" * 1025,
        b'{"a":' * 100_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_is_not_utf_8_json_is_refused(world: World, body: bytes) -> None:
    """Facts: bodies-are-utf-8-json, ruby-reads-json"""
    answer = world.post("/users/track", raw=body)

    assert (answer.status_code, answer.text) == (400, '{"message":"Bad Request"}')


@pytest.mark.parametrize("number", [b"1" * 5000, b"-" + b"9" * 400 + b"e-400", b"1e308"])
def test_a_huge_number_breaks_nothing(world: World, number: bytes) -> None:
    body = b'{"attributes":[{"external_id":"a","n":%b,"time_zone":%b}]}' % (number, number)

    answer = world.post("/users/track", raw=body)
    world.workspace.settle()

    assert answer.status_code in (201, 400)


@pytest.mark.parametrize(("dial", "status"), [("413", 413), ("400", 400)])
def test_four_megabytes_are_read_and_not_a_byte_more(dial: str, status: int) -> None:
    """Facts: four-megabytes, too-large-413"""
    world = World(oversized_body=dial)
    padded = ONE + b" " * (FOUR_MB - len(ONE))

    allowed = world.post("/users/track", raw=padded)
    too_large = world.post("/users/track", raw=padded + b" ")

    assert (allowed.status_code, too_large.status_code) == (201, status)
    assert too_large.text == '{"message":"Request Entity Too Large"}'


def test_of_two_equal_names_the_last_one_counts(world: World) -> None:
    """Facts: ruby-reads-json"""
    twice = b'{"attributes":[{}],"attributes":[{"external_id":"a","external_id":"b"}]}'

    answer = world.post("/users/track", raw=twice)
    advance(world.workspace, 2)

    assert answer.json() == {"attributes_processed": 1, "message": "success"}
    assert world.user("b")["external_id"] == "b"


def zipped(body: bytes) -> bytes:
    """The same bytes whenever it is called: they are part of a test's name."""
    return gzip.compress(body, mtime=0)


@pytest.mark.parametrize(
    ("dial", "encoding", "body", "status"),
    [
        ("refused", "gzip", zipped(ONE), 415),
        ("accepted", "gzip", zipped(ONE), 201),
        ("accepted", "GZIP ", zipped(ONE), 201),
        ("refused", "identity", ONE, 201),
        ("accepted", "br", ONE, 415),
        ("accepted", "gzip", ONE, 400),
        ("accepted", "gzip", zipped(ONE)[:-1], 400),
        ("accepted", "gzip", b"", 400),
        ("accepted", "gzip", zipped(b"["), 400),
        ("accepted", "gzip", zipped(b" " * (FOUR_MB + 1)), 413),
        ("accepted", "gzip", zipped(ONE + b" " * (FOUR_MB - len(ONE))), 201),
    ],
)
def test_a_compressed_body_is_taken_only_where_that_is_allowed(
    dial: str, encoding: str, body: bytes, status: int
) -> None:
    """Facts: compressed-request-bodies"""
    world = World(compressed_body=dial)

    answer = world.post("/users/track", raw=body, headers={"Content-Encoding": encoding})

    assert answer.status_code == status
    assert world.control("GET", "/journal").status_code == 200


@pytest.mark.parametrize("method", ["POST", "GET", "HEAD"])
def test_one_slash_at_the_end_is_forgiven_unless_the_dial_says_otherwise(method: str) -> None:
    """Facts: trailing-slash-accepted, paths-have-no-trailing-slash"""
    path = next(path for known, path in sorted(TABLE) if known == method.replace("HEAD", "GET"))
    forgiving, strict = World(), World(trailing_slash="refused")

    without = forgiving.call(method, path, raw=b"{}")
    forgiven, refused = (world.call(method, f"{path}/", raw=b"{}") for world in (forgiving, strict))

    assert (forgiven.status_code, forgiven.text) == (without.status_code, without.text)
    assert forgiving.hazards() == ["trailing_slash"]
    assert refused.status_code == 404
    assert strict.hazards() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/users"),
        ("POST", "/users/track//"),
        ("POST", "/users/track/x"),
        ("POST", "//users/track"),
        ("POST", "/Users/Track"),
        ("POST", "/users/identity"),
        ("GET", "/users/track"),
        ("PUT", "/users/track"),
        ("DELETE", "/users/track"),
        ("OPTIONS", "/users/track"),
        ("BREW", "/users/track"),
        ("POST", "/subscription/status/get"),
        ("GET", "/subscription/status/set"),
        ("GET", "/%E2%98%83/%ff"),
        ("GET", "/<script>"),
    ],
)
def test_an_unknown_path_or_method_is_not_found(world: World, method: str, path: str) -> None:
    """Facts: invalid-url-404, unknown-path-404"""
    answer = world.call(method, path)

    assert (answer.status_code, answer.text) == (404, '{"message":"Not Found"}')
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Ratelimit-Limit"] == ""


def test_head_is_answered_as_get_without_the_body(world: World) -> None:
    path = "/subscription/status/get?external_id=a"

    head, get = world.call("HEAD", path), world.call("GET", path)

    assert head.content == b""
    assert head.status_code == get.status_code
    own = {"X-Request-Id", "X-Runtime", "X-Ratelimit-Remaining"}
    assert {name: value for name, value in head.headers.items() if name not in own} == {
        name: value for name, value in get.headers.items() if name not in own
    }


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip", True),
        ("gzip, deflate", True),
        ("deflate, gzip;q=0.5", True),
        ("identity", False),
        ("", False),
        ("gzip;q=0", False),
        ("deflate", False),
    ],
)
def test_an_answer_is_compressed_if_that_is_accepted(
    world: World, accepted: str, is_compressed: bool
) -> None:
    """Facts: gzip-when-accepted, etag-is-body-hash"""
    plain = world.export(external_ids=["a"])
    headers = {"Accept-Encoding": accepted or "identity"}
    answer = world.post("/users/export/ids", {"external_ids": ["a"]}, headers=headers)

    assert accepts_gzip(accepted) is is_compressed
    assert (answer.headers.get("Content-Encoding") == "gzip") is is_compressed
    assert answer.content == plain.content
    assert answer.headers["Etag"] == plain.headers["Etag"]


def test_the_length_of_a_compressed_answer_is_that_of_what_is_sent(world: World) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "Accept-Encoding": "gzip"}

    answer = world.session.get("http://x/nowhere", headers=headers, stream=True)
    sent = answer.raw.read(decode_content=False)

    assert answer.headers["Content-Length"] == str(len(sent))
    assert gzip.decompress(sent) == b'{"message":"Not Found"}'


def test_a_call_is_counted_at_the_simulated_time(world: World) -> None:
    reset = int(world.track({"external_id": "a"}).headers["X-Ratelimit-Reset"])

    assert reset - START.timestamp() == 3


def test_an_accepted_request_without_a_result_is_not_to_be_cached(world: World) -> None:
    """Facts: no-etag-on-202"""

    def merge(_call: Call) -> Reply:
        return Reply(202, b'{"message":"success"}')

    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    request = Request("POST", "/users/merge", "", headers, b"{}")
    operation = Operation("POST", "/users/merge", "users.merge", SHARED_POOL, merge)

    reply = answer(world.workspaces, request, operation)

    answered = dict(reply.headers)
    assert (reply.status, answered["Cache-Control"]) == (202, "no-cache")
    assert "Etag" not in answered


@pytest.mark.parametrize(
    "body",
    [
        ONE,
        b"{",
        b"{}",
        b'{"attributes":[{"external_id":"a","email":"nobody"}]}',
        b'{"attributes":[{"external_id":"a"},{}]}',
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_what_a_call_used_is_free_at_once(world: World, content_type: str, body: bytes) -> None:
    """The server looks for circles of garbage so rarely that hardly any may be made."""
    headers = {"authorization": f"Bearer {KEY}", "content-type": content_type}
    request = Request("POST", "/users/track", "", headers, body)
    answer(world.workspaces, request, TABLE["POST", "/users/track"])
    gc.collect()

    answer(world.workspaces, request, TABLE["POST", "/users/track"])

    assert gc.collect() == 0
