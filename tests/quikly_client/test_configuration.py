from datetime import timedelta
from pathlib import Path

import pytest

from quikly_client.braze import EXPORT
from quikly_client.configuration import SETTINGS, Configuration, read_configuration
from quikly_client.errors import BadSettings
from quikly_client.instances import REST_HOSTS, base_url_of

KEY = "0c2f6b1e-key-of-the-brand-91d7"
ENOUGH = {
    "QUIKLY_INSTANCE": "US-01",
    "QUIKLY_API_KEY": KEY,
    "QUIKLY_SUBSCRIPTION_GROUP_ID": "group",
}


def problems_of(file: Path | None = None, **environment: str) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        read_configuration(file, environment)
    return list(caught.value.problems)


def written(directory: Path, name: str, text: str) -> Path:
    file = directory / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("instance", "url"),
    [
        ("US-01", "https://rest.iad-01.braze.com"),
        ("us-08", "https://rest.iad-08.braze.com"),
        (" US-10 ", "https://rest.us-10.braze.com"),
        ("EU-01", "https://rest.fra-01.braze.eu"),
        ("EU-02", "https://rest.fra-02.braze.eu"),
        ("AU-01", "https://rest.au-01.braze.com"),
        ("ID-01", "https://rest.id-01.braze.com"),
        ("JP-01", "https://rest.jp-01.braze.com"),
        ("KR-01", "https://rest.kr-01.braze.com"),
        ("US-09", None),
        ("", None),
    ],
)
def test_an_instance_names_a_rest_endpoint(instance: str, url: str | None) -> None:
    """Facts: rest-hosts-of-instances"""
    assert base_url_of(instance) == url


def test_the_environment_is_enough() -> None:
    read = read_configuration(None, ENOUGH | {"PATH": "/bin", "QUIKLY_CREATION_WAIT": "6 min"})

    assert read.braze.base_url == f"https://{REST_HOSTS['US-01']}"
    assert read.braze.api_key == KEY
    assert read.journey.subscription_group_id == "group"
    assert read.journey.creation_wait == timedelta(minutes=6)


TOML = """
base_url = "https://rest.iad-03.braze.com"
api_key = "from-the-file"
subscription_group_id = "of-the-file"
read_timeout_seconds = 12.5
creation_wait = 150
verify_until = "2 h"
retry_attempts = 3
retry_longest_wait = "30 s"
rate_limit_share = 0.5
"""


@pytest.mark.parametrize("name", ["settings.toml", "settings.yaml"])
def test_a_file_of_either_form_is_read(tmp_path: Path, name: str) -> None:
    text = TOML if name.endswith("toml") else TOML.replace(" = ", ": ")

    read = read_configuration(written(tmp_path, name, text), {})

    assert read.braze.base_url == "https://rest.iad-03.braze.com"
    assert (read.braze.read_timeout_seconds, read.braze.connect_timeout_seconds) == (12.5, 5)
    assert read.journey.creation_wait == timedelta(seconds=150)
    assert read.journey.verify_until == timedelta(hours=2)
    assert read.journey.retry.attempts == 3
    assert read.journey.retry.longest_wait == timedelta(seconds=30)
    assert read.limits[EXPORT].calls == 18


def test_what_is_given_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path,
) -> None:
    file = written(tmp_path, "settings.toml", TOML)

    def read(environment: dict[str, str], **given: str) -> Configuration:
        return read_configuration(file, environment, given=given)

    assert read({}).braze.api_key == "from-the-file"
    assert read({"QUIKLY_API_KEY": KEY}).braze.api_key == KEY
    assert read({"QUIKLY_API_KEY": KEY}, api_key="given").braze.api_key == "given"


def test_a_group_of_the_activation_stands_in_for_one_that_is_not_set() -> None:
    environment = {name: value for name, value in ENOUGH.items() if "GROUP" not in name}

    assert read_configuration(None, environment, group_id="g").journey.subscription_group_id == "g"
    assert read_configuration(None, ENOUGH, group_id="g").journey.subscription_group_id == "group"


def test_what_is_missing_is_told_with_how_to_give_it() -> None:
    assert problems_of() == [
        "base_url is missing: give the brand's REST endpoint, or its instance such as US-01 "
        "(QUIKLY_INSTANCE)",
        "api_key is missing: set QUIKLY_API_KEY, or api_key in the file",
        "subscription_group_id is missing: set QUIKLY_SUBSCRIPTION_GROUP_ID, or "
        "subscription_group_id in the file",
    ]


def test_every_problem_of_every_source_is_told_at_once(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "settings.yaml",
        "instance: US-09\nread_timeout: 5\nretry_attempts: 1.5\nverify_after: [1]\n"
        "connect_timeout_seconds: -1\nalias_label: true\nbunny: 1\n",
    )

    told = problems_of(
        file,
        QUIKLY_API_KEY="a key",
        QUIKLY_APIKEY="secret-thing",
        QUIKLY_CREATION_WAIT="soon",
        QUIKLY_RETRY_FIRST_WAIT="0 s",
        QUIKLY_RATE_LIMIT_SHARE="2",
        QUIKLY_BUNNY="somebody else's",
    )

    assert told == [
        f"{file}: read_timeout is no setting; do you mean read_timeout_seconds?",
        f"{file}: retry_attempts 1.5 cannot be read: give a whole number",
        f"{file}: verify_after [1] cannot be read: give a span such as 90, 90 s, 5 min, 1 h or "
        "30 d",
        f"{file}: alias_label True cannot be read: give a text",
        f"{file}: bunny is no setting; there are {', '.join(SETTINGS)}",
        "QUIKLY_APIKEY is no setting; do you mean QUIKLY_API_KEY?",
        "QUIKLY_CREATION_WAIT 'soon' cannot be read: give a span such as 90, 90 s, 5 min, 1 h or "
        "30 d",
        "instance 'US-09' is not one of Braze's: do you mean US-10?",
        "rate_limit_share is 2: give a number over 0, and at most 1",
        "retry_first_wait is 0:00:00: give a span longer than nothing",
        "api_key holds whitespace: copy the key alone, without line breaks",
        "connect_timeout_seconds is -1.0: give a positive number of seconds",
        "subscription_group_id is missing: set QUIKLY_SUBSCRIPTION_GROUP_ID, or "
        "subscription_group_id in the file",
    ]


def test_where_braze_is_comes_whole_from_the_first_source_that_says_it(tmp_path: Path) -> None:
    file = written(tmp_path, "settings.toml", TOML)

    def url(environment: dict[str, str], **given: str) -> str:
        return read_configuration(file, environment, given=given).braze.base_url

    assert url({"QUIKLY_INSTANCE": "EU-01"}) == "https://rest.fra-01.braze.eu"
    assert url({"QUIKLY_INSTANCE": "EU-01"}, base_url="http://fake") == "http://fake"
    assert url({"QUIKLY_BASE_URL": "http://fake"}, instance="US-02") == (
        "https://rest.iad-02.braze.com"
    )


def test_an_instance_and_another_url_contradict_each_other() -> None:
    same = {"QUIKLY_BASE_URL": "https://rest.iad-01.braze.com/"}
    assert read_configuration(None, ENOUGH | same).braze.base_url == same["QUIKLY_BASE_URL"]

    assert problems_of(**ENOUGH | {"QUIKLY_BASE_URL": "https://rest.fra-01.braze.eu"}) == [
        "instance US-01 is at https://rest.iad-01.braze.com, but base_url is "
        "'https://rest.fra-01.braze.eu': give one of the two"
    ]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.toml", b"api_key = ", "cannot be read: "),
        ("a.yaml", b"a: 'secret\nb: [", "cannot be read: line "),
        ("a.yaml", b"- one", "does not hold settings: write one `name: value` a line"),
        ("a.yaml", b"1: one", "does not hold settings"),
        ("a.json", b"{}", "is neither .toml nor .yaml: give it the ending of its form"),
        ("a.toml", b"\xff\xfe", "is not UTF-8: save it as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem_among_others(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)

    first, *others = problems_of(file)

    assert first.startswith(f"{file} {problem}")
    assert "secret" not in first
    assert len(others) == 3


def test_a_file_that_is_not_there_and_an_empty_one(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    assert problems_of(missing)[0] == (
        f"{missing} cannot be read (No such file or directory): check the path"
    )

    empty = written(tmp_path, "empty.yaml", "")
    assert read_configuration(empty, ENOUGH).braze.api_key == KEY


@pytest.mark.parametrize("text", ["1e400 d", "9999999999999 d", "5 weeks", "-5", "", "nan"])
def test_a_span_that_is_none_is_told(text: str) -> None:
    (problem,) = problems_of(**ENOUGH | {"QUIKLY_CREATION_WAIT": text})

    assert problem.startswith(f"QUIKLY_CREATION_WAIT {text!r} cannot be read")


def test_the_key_is_not_repeated_in_a_problem(tmp_path: Path) -> None:
    file = written(tmp_path, "settings.yaml", f"api_key: [{KEY}]\n")

    assert KEY not in "".join(problems_of(file))
