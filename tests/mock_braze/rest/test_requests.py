import gzip

import pytest
from worlds import KEY, START, World

from mock_braze.app import accepts_gzip
from mock_braze.rest.operations import LARGEST_BODY

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
    answer = world.post("/users/track", raw=body)

    assert (answer.status_code, answer.text) == (400, '{"message":"Bad Request"}')


@pytest.mark.parametrize("number", [b"1" * 5000, b"-" + b"9" * 400 + b"e-400", b"1e308"])
def test_a_huge_number_breaks_nothing(world: World, number: bytes) -> None:
    body = b'{"attributes":[{"external_id":"a","n":%b,"time_zone":%b}]}' % (number, number)

    answer = world.post("/users/track", raw=body)
    world.workspace.settle()

    assert answer.status_code in (201, 400)


def test_four_megabytes_are_read_and_not_a_byte_more(world: World) -> None:
    padded = ONE + b" " * (LARGEST_BODY - len(ONE))

    allowed = world.post("/users/track", raw=padded)
    too_large = world.post("/users/track", raw=padded + b" ")

    assert (allowed.status_code, too_large.status_code) == (201, 413)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/users"),
        ("POST", "/users/track/"),
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
