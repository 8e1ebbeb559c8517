"""The description is valid OpenAPI, its examples are valid, and both validators agree."""

from typing import Any

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate

from contracts.facts import load_facts
from contracts.specification import BRAZE, Shape, Specification
from mock_braze.app import create_app  # noqa: F401  fills the table
from mock_braze.rest.operations import TABLE

SPECIFICATION = Specification()


def test_it_is_valid_openapi_3_1_with_its_files_and_in_one_piece() -> None:
    validate(SPECIFICATION.document)
    validate(yaml.safe_load(BRAZE.read_text(encoding="utf-8")), base_uri=BRAZE.as_uri())
    assert SPECIFICATION.document["openapi"].startswith("3.1")


def test_a_description_that_is_not_openapi_would_be_found() -> None:
    with pytest.raises(Exception, match="paths"):
        validate({**SPECIFICATION.document, "paths": []})


def test_it_describes_every_endpoint_of_the_fake_with_its_permission_and_no_other() -> None:
    described = {each.name: each.permissions for each in SPECIFICATION.operations}

    assert described == {f"{each.method} {each.path}": {each.permission} for each in TABLE.values()}
    for operation in SPECIFICATION.operations:
        item = SPECIFICATION.document["paths"][operation.path][operation.method.lower()]
        assert item["security"] == [{"restKey": [item["x-permission"]]}]


def test_an_operation_is_found_by_its_method_and_path() -> None:
    assert SPECIFICATION.operation("POST", "/users/track") is not None
    assert SPECIFICATION.operation("GET", "/users/track") is None


def examples(media: dict[str, Any]) -> list[Any]:
    return [each["value"] for each in media.get("examples", {}).values()]


def test_every_example_is_valid() -> None:
    seen = 0
    for operation in SPECIFICATION.operations:
        item = SPECIFICATION.document["paths"][operation.path][operation.method.lower()]
        for media in item.get("requestBody", {}).get("content", {}).values():
            for example in examples(media):
                assert operation.body is not None
                assert list(operation.body.breaches(example, "body")) == []
                assert list(operation.minimum.breaches(example, "body")) == []
                seen += 1
        for status, response in item["responses"].items():
            answer = operation.answers[status]
            for kind, media in response.get("content", {}).items():
                for example in examples(media):
                    assert list(answer.bodies[kind].breaches(example, "body")) == []
                    seen += 1
    assert seen >= 75


SAMPLES: list[tuple[str, Any]] = [
    ("POST /users/track", {"attributes": [{"external_id": 1}]}),
    ("POST /users/track", {"attributes": [{"external_id": True}]}),
    ("POST /users/track", {"attributes": "none"}),
    ("POST /users/track", {}),
    ("POST /users/track", [1]),
    ("POST /users/track", {"events": [{"email": "a@example.com", "name": "e", "time": "2026"}]}),
    ("POST /users/track", {"purchases": [{"external_id": "a"}]}),
    ("POST /users/export/ids", {"email_address": "a@example.com", "fields_to_export": ["email"]}),
    ("POST /users/export/ids", {"email_address": "a@example.com", "phone": "+13135551212"}),
    ("POST /users/export/ids", {"external_ids": [1, "a"]}),
    ("POST /users/export/ids", {"external_ids": []}),
    ("POST /users/export/ids", None),
    ("POST /subscription/status/set", {"subscription_group_id": "a"}),
    ("POST /subscription/status/set", {"subscription_group_id": "a", "phone": ["+13135551212"],
                                       "subscription_state": "subscribed"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
def test_the_fast_validator_and_the_reference_one_agree(name: str, sample: Any) -> None:
    operation = SPECIFICATION.operation(*name.split(" "))
    assert operation is not None
    shape: Shape | None = operation.body
    assert shape is not None

    reference = jsonschema.Draft202012Validator(shape.schema)

    assert shape.accepts(sample) == reference.is_valid(sample)


def test_the_samples_are_of_both_kinds() -> None:
    verdicts = set()
    for name, sample in SAMPLES:
        operation = SPECIFICATION.operation(*name.split(" "))
        assert operation is not None
        assert operation.body is not None
        verdicts.add(operation.body.accepts(sample))
    assert verdicts == {True, False}


def test_every_fact_that_a_schema_names_is_in_the_register() -> None:
    def named(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["x-fact"]} if isinstance(value.get("x-fact"), str) else set()
            return own.union(*map(named, value.values()))
        return set[str]().union(*map(named, value)) if isinstance(value, list) else set()

    cited = named(SPECIFICATION.document)
    assert len(cited) > 30
    assert cited <= load_facts().keys()


def test_it_is_found_beside_its_room() -> None:
    assert BRAZE.is_file()
