"""A server against a description that is not ours."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify

from contracts.foreign_provider import verify_by_description
from mock_braze.server import threaded

OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "People", "version": "1"},
    "paths": {
        "/people": {
            "get": {
                "responses": {
                    "200": {
                        "description": "all",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"type": "string"}}
                            }
                        },
                    }
                }
            }
        }
    },
}
SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "People", "version": "1"},
    "produces": ["application/json"],
    "paths": {
        "/people": {
            "get": {
                "responses": {
                    "200": {
                        "description": "all",
                        "schema": {"type": "array", "items": {"type": "string"}},
                    }
                }
            }
        }
    },
}


def server(answer: Any) -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/people", view_func=lambda: jsonify(answer))
    return app


@pytest.fixture(params=[OPENAPI, SWAGGER], ids=["OpenAPI 3.0", "Swagger 2.0"])
def description(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "people.json"
    path.write_text(json.dumps(request.param), encoding="utf-8")
    return path


def test_a_server_that_keeps_its_description_has_no_findings(description: Path) -> None:
    with threaded(server(["ana"])) as url:
        verification, findings = verify_by_description(description, url, "", max_examples=2)

    assert findings == []
    assert verification.statuses["GET /people"][200] > 0


def test_an_answer_of_the_wrong_type_is_found_and_named(description: Path) -> None:
    with threaded(server([7])) as url:
        _, findings = verify_by_description(description, url, "", max_examples=2)

    assert findings
    assert all(each.says.startswith("GET /people: ") for each in findings)
    assert any("schema" in each.says for each in findings)


def test_what_cannot_be_read_or_is_not_in_it_is_refused(description: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such operation: GET /cats"):
        verify_by_description(description, "http://x", "", max_examples=1, only=["GET /cats"])
    with pytest.raises(ValueError, match=r"none\.json"):
        verify_by_description(tmp_path / "none.json", "http://x", "", max_examples=1)
