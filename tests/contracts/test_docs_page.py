"""The page at /control/docs shows every operation, and loads nothing from elsewhere."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from contracts.docs_page import DESCRIPTIONS, PAGE, docs_page
from contracts.specification import METHODS
from mock_braze.app import create_app
from mock_braze.domain.clock import SystemClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.server import ServerOptions, app_of


@pytest.fixture
def client() -> FlaskClient:
    return create_app(Workspaces(SystemClock()), pages=[docs_page()]).test_client()


class Links(HTMLParser):
    """What a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.urls += [value or "" for name, value in attrs if name in ("src", "href")]


def descriptions_in(page: str) -> list[str]:
    return re.findall(r'"url": "([^"]+)"', page)


def operations(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (method, path)
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }


def test_everything_that_it_loads_is_served_here(client: FlaskClient) -> None:
    answer = client.get(PAGE, follow_redirects=True)
    links = Links()
    links.feed(answer.text)
    loaded = links.urls + descriptions_in(answer.text)

    assert len(loaded) == 9
    for url in loaded:
        assert url.startswith(f"{PAGE}/")
        with client.get(url) as part:
            assert part.status_code == 200
    assert '"validatorUrl": null' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert re.findall(r"https?:|\*", policy) == []
    assert policy.startswith("default-src 'self'")


def test_every_operation_of_every_description_is_in_what_it_shows(client: FlaskClient) -> None:
    shown = [client.get(url).json for url in descriptions_in(client.get(f"{PAGE}/").text)]
    written = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in DESCRIPTIONS.values()]

    assert [operations(each) for each in shown] == [operations(each) for each in written]
    assert sum(len(operations(each)) for each in shown) > 100
    for document in shown:
        validate(document)
        tags = {each["name"] for each in document["tags"]}
        for method, path in operations(document):
            assert set(document["paths"][path][method]["tags"]) <= tags


def test_a_description_comes_with_the_schemas_that_it_uses_and_no_others(
    client: FlaskClient,
) -> None:
    quikly = client.get(f"{PAGE}/descriptions/quikly.json").json

    assert set(quikly["components"]["schemas"]) == {"delivery", "told", "refused"}


def test_what_is_tried_there_is_asked_of_the_fake_and_not_of_braze(client: FlaskClient) -> None:
    braze = client.get(f"{PAGE}/descriptions/braze.json").json

    assert [each["url"] for each in braze["servers"]] == ["/"]


@pytest.mark.parametrize("path", ["nothing.js", "descriptions/none.json", "../secrets"])
def test_what_is_not_there_is_refused_as_elsewhere_under_control(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(f"{PAGE}/{path}")

    assert answer.status_code == 404
    assert list(answer.json) == ["problems"]


def test_it_needs_no_token_and_opens_nothing_else() -> None:
    options = ServerOptions(control_token="secret", pages=(docs_page,))

    client = app_of(options).test_client()

    assert client.get(f"{PAGE}/").status_code == 200
    assert client.get(f"{PAGE}/descriptions/control.json").status_code == 200
    assert client.get("/control/profiles").status_code == 401
    assert client.get("/control/none").status_code == 401


def test_it_is_no_call_of_the_control_plane(client: FlaskClient) -> None:
    calls = client.get("/control").json["calls"]

    assert [each["path"] for each in calls if each["path"].startswith(PAGE)] == []


def test_without_the_page_there_is_none() -> None:
    client = create_app(Workspaces(SystemClock())).test_client()

    assert client.get(f"{PAGE}/").status_code == 404
