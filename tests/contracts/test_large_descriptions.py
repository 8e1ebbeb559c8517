"""Hundreds of endpoints stay fast. The bounds are many times what this takes on one slow core."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contracts.diff import changes_between
from contracts.documents import Document
from contracts.foreign_traffic import ForeignSpecification
from contracts.traffic import Exchange

ENDPOINTS = 500
JSON = {"Content-Type": "application/json"}


def description(*values: str) -> dict[str, Any]:
    """Every endpoint takes one schema, answers with another, and has five parameters."""
    members = {f"member{number}": {"enum": [*values]} for number in range(20)}
    reference = [{"$ref": f"#/components/schemas/S{number}"} for number in range(ENDPOINTS)]
    queries = [
        {"name": f"q{number}", "in": "query", "schema": {"type": "integer"}} for number in range(5)
    ]
    paths = {
        f"/things{number}": {
            "post": {
                "parameters": queries,
                "requestBody": {"content": {"application/json": {"schema": reference[number]}}},
                "responses": {
                    "200": {
                        "description": "done",
                        "content": {"application/json": {"schema": reference[number - 1]}},
                    }
                },
            }
        }
        for number in range(ENDPOINTS)
    }
    schemas = {f"S{number}": {"properties": members} for number in range(ENDPOINTS)}
    return {"openapi": "3.1.0", "paths": paths, "components": {"schemas": schemas}}


def written(folder: Path, *values: str) -> Path:
    path = folder / f"{len(values)}.json"
    path.write_text(json.dumps(description(*values)), encoding="utf-8")
    return path


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Of this process, so that a busy machine does not count."""
    began = time.process_time()
    yield
    took = time.process_time() - began
    if took > seconds:
        pytest.fail(f"this took {took:.1f} s")


def test_the_difference_of_two_is_found_soon(tmp_path: Path) -> None:
    old, new = (Document(written(tmp_path, *each)) for each in (("a", "b"), ("a", "b", "c")))

    with at_most(15):
        changes = changes_between(old, new)

    assert len(changes) == 2 * 20 * ENDPOINTS


def test_traffic_is_judged_by_one_soon(tmp_path: Path) -> None:
    with at_most(15):
        judged = ForeignSpecification(written(tmp_path, "a"))
        found = [
            violation.property
            for number in range(ENDPOINTS)
            for violation in judged.check(
                Exchange(
                    "POST", f"/things{number}", (("q1", "1"),), JSON,
                    b'{"member3":"b"}', 200, JSON, b"{}",
                )
            )
        ]  # fmt: skip

    assert found == ["body.member3"] * ENDPOINTS
