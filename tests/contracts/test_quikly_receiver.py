"""The receiver of webhooks keeps its description, `contracts/openapi/quikly.yaml`."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contracts.specification import ROOM, Specification
from quikly_client.activations import activation_in
from quikly_client.claim_desk import ClaimDesk
from quikly_client.store.memory_claims import MemoryClaims
from quikly_client.webhook import PATH, Receiver, create_receiver_app

QUIKLY = ROOM / "openapi" / "quikly.yaml"
HEADERS = {"Authorization": "Bearer secret"}
ACTIVATION = """
name: spring-drop
q_scope: spring-drop-2026
kind: drop
award: rank
opens: 2026-03-02T09:00:00Z
incentive_tiers: [{rank: 1, description: 50 % off, quantity: 1}]
events: [login]
"""
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance, negative_data_rejection,
    ignored_auth,
]  # fmt: skip


def a_receiver() -> Any:
    desk = ClaimDesk(
        [activation_in(ACTIVATION)], MemoryClaims(), lambda: datetime(2026, 3, 3, tzinfo=UTC)
    )
    return create_receiver_app(Receiver(desk, "secret"))


def document() -> dict[str, Any]:
    """The description; known scope, event and addresses come as often as made-up ones."""
    told: dict[str, Any] = yaml.safe_load(QUIKLY.read_text(encoding="utf-8"))
    properties = told["components"]["schemas"]["delivery"]["properties"]
    for name, known in (
        ("q_scope", ["spring-drop-2026"]),
        ("event", ["login"]),
        ("email", ["ana@example.com", "ben@example.com"]),
    ):
        properties[name] = {"anyOf": [{"enum": known}, properties[name]]}
    return told


def test_it_describes_every_route_of_the_receiver_and_no_other() -> None:
    app = a_receiver()
    client = app.test_client()
    taken = {
        (rule.rule, method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if client.open(rule.rule, method=method, headers=HEADERS).status_code != 405
    }
    described = {(path, method) for path, item in document()["paths"].items() for method in item}

    assert taken == described


def test_the_description_is_valid_openapi() -> None:
    validate(yaml.safe_load(QUIKLY.read_text(encoding="utf-8")))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_receiver_keeps_its_description(mode: GenerationMode) -> None:
    """Facts: quikly-webhook, webhook-answers"""
    schema = schemathesis.openapi.from_dict(document())
    schema.app = a_receiver()
    operation = schema[PATH]["POST"]
    statuses = Counter[int]()

    @settings(
        max_examples=60, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps(case: Any) -> None:
        answer = case.call_and_validate(headers=HEADERS, checks=CHECKS)
        statuses[answer.status_code] += 1

    keeps()

    expected = {200, 400, 404} if mode is GenerationMode.POSITIVE else {400}
    assert expected <= statuses.keys()


@pytest.mark.parametrize(
    ("method", "body", "headers", "status"),
    [
        ("POST", None, {}, 401),
        ("GET", None, HEADERS, 405),
        ("POST", b" " * 70_000, HEADERS, 413),
        ("POST", b"{", HEADERS, 400),
    ],
)
def test_each_refusal_is_described(
    method: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    answer = a_receiver().test_client().open(PATH, method=method, data=body, headers=headers)

    described = document()["paths"][PATH]["post"]["responses"][str(answer.status_code)]
    assert answer.status_code == status
    assert described["content"]["application/json"]["schema"]["$ref"].endswith("/refused")
    assert list(answer.json) == ["message"]
    required = [name for name, rules in described.get("headers", {}).items() if rules["required"]]
    assert [name for name in required if name not in answer.headers] == []


def test_the_examples_are_what_the_receiver_says() -> None:
    operation = document()["paths"][PATH]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    client = a_receiver().test_client()

    (delivery,) = [each["value"] for each in content["examples"].values()]
    answers = [
        client.post(PATH, data=json.dumps(delivery | {"email": email}), headers=HEADERS).json
        for email in ("ana@example.com", "ben@example.com")
    ]

    told = operation["responses"]["200"]["content"]["application/json"]["examples"]
    assert answers == [each["value"] for each in told.values()]


def test_what_braze_is_told_elsewhere_does_not_mix_with_it() -> None:
    assert PATH not in Specification().document["paths"]
