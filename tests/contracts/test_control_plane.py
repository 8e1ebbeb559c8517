"""The control plane keeps its description, `contracts/openapi/control.yaml`."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from control_walk import STEPS, Step
from openapi_spec_validator import validate
from worlds import World

from contracts.specification import CONTROL, ROOM, Operation, Shape, Specification
from mock_braze.app import create_app
from mock_braze.domain.clock import SystemClock
from mock_braze.domain.workspaces import Workspaces

PREFIX = "/control"
SPECIFICATION = Specification(CONTROL)
UNTOLD = {"HEAD", "OPTIONS"}


def walked(world: World) -> Iterator[tuple[Step, Any]]:
    """Every step with its answer, and the two that need an answer before them."""
    for step in STEPS:
        answer = world.call(step.method, step.url, step.body)
        yield step, answer
        if step.path == "/users/export/segment":
            world.call("POST", f"{PREFIX}/clock/advance", {"seconds": 3600})
            name = answer.json()["url"].rpartition("/")[2]
            file = Step("GET", f"{PREFIX}/exports/{{file_name}}", named=name)
            yield file, world.call("GET", file.url)
        if step == Step("GET", f"{PREFIX}/snapshot"):
            again = Step("PUT", f"{PREFIX}/snapshot", answer.json())
            yield again, world.call("PUT", again.path, again.body)


def operation_of(step: Step) -> Operation:
    operation = SPECIFICATION.operation(step.method, step.path)
    assert operation is not None
    return operation


def breaches(operation: Operation, answer: Any) -> list[str]:
    """What an answer breaks of the description."""
    kind = answer.headers["content-type"]
    responses = SPECIFICATION.document["paths"][operation.path][operation.method.lower()][
        "responses"
    ]
    response = SPECIFICATION.resolved(responses.get(str(answer.status_code), {"content": {}}))
    if kind not in response["content"]:
        return [f"a {answer.status_code} of the type {kind} is not described"]
    schema = response["content"][kind].get("schema", {})
    shape = Shape(schema, SPECIFICATION.document["components"])
    match kind:
        case "application/json":
            bodies = [answer.json()]
        case "application/jsonl":
            bodies = [json.loads(line) for line in answer.text.splitlines()]
        case _:
            bodies = []
    return [str(each) for body in bodies for each in shape.breaches(body, "body")]


def test_the_description_is_valid_openapi() -> None:
    validate(yaml.safe_load(CONTROL.read_text(encoding="utf-8")))


def test_it_describes_every_call_with_what_it_takes_and_no_other() -> None:
    app = create_app(Workspaces(SystemClock()))
    with app.test_client() as client:
        calls = client.get(PREFIX).json["calls"]
    routes = {
        (each["method"], each["path"].replace("<", "{").replace(">", "}")): set(each["query"])
        for each in calls
    }

    assert {key: queries(*key) for key in described()} == routes


def described() -> list[tuple[str, str]]:
    return [(each.method, each.path) for each in SPECIFICATION.operations]


def queries(method: str, path: str) -> set[str]:
    parameters = SPECIFICATION.document["paths"][path][method.lower()]["parameters"]
    resolved = [SPECIFICATION.resolved(each) for each in parameters]
    return {each["name"] for each in resolved if each["in"] == "query"}


def test_every_answer_on_a_walk_over_all_calls_is_as_described() -> None:
    statuses = defaultdict[tuple[str, str], set[int]](set)
    wrong = []
    for step, answer in walked(World()):
        if not step.path.startswith(PREFIX):
            continue
        assert answer.status_code == step.status, (step, answer.text)
        statuses[step.method, step.path].add(answer.status_code // 100)
        wrong += [(step.url, each) for each in breaches(operation_of(step), answer)]

    assert wrong == []
    assert statuses == {key: {2, 4} for key in described()}


def test_every_body_that_is_taken_on_the_walk_is_as_described() -> None:
    taken = [step for step, _ in walked(World()) if step.body is not None and step.status < 300]
    wrong = [
        (step.url, str(breach))
        for step in taken
        if step.path.startswith(PREFIX) and (shape := operation_of(step).body) is not None
        for breach in shape.breaches(step.body, "body")
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/control/clock/advance", {"second": 1}),
        ("POST", "/control/segments", {"name": "n", "filter": {"atribute": "email"}}),
        ("POST", "/control/campaigns", {"name": "n", "trigger": {"kind": "event"}}),
        ("POST", "/control/campaigns", {"name": "n", "messages": [{"channel": "sms"}]}),
        ("POST", "/control/canvases", {"name": "n", "steps": [{"wait": 1}]}),
        ("POST", "/control/faults", {"effect": {"kind": "status"}}),
        ("POST", "/control/subscription_groups", {"name": "n", "channel": "fax"}),
        ("PUT", "/control/frequency_caps", {"caps": [{"most": 0, "within_seconds": 1}]}),
        ("POST", "/control/webhook_templates", {"name": "a/b", "url": "http://localhost"}),
    ],
)
def test_what_the_fake_refuses_the_description_does_too(method: str, path: str, body: Any) -> None:
    answer = World().call(method, path, body)
    shape = operation_of(Step(method, path)).body

    assert answer.status_code == 400
    assert shape is not None
    assert not shape.accepts(body)


def test_a_call_without_the_token_or_too_large_is_answered_as_described() -> None:
    app = create_app(Workspaces(SystemClock()), control_token="secret")
    app.config["MAX_CONTENT_LENGTH"] = 10
    for operation in SPECIFICATION.operations:
        path = operation.path.replace("{", "").replace("}", "")
        answer = app.test_client().open(path, method=operation.method)
        expected = 403 if path.startswith("/control/exports/") else 401
        assert answer.status_code == expected
        assert str(expected) in operation.answers

    answer = app.test_client().post(
        "/control/clock/advance", data=b"{}" * 10, headers={"Authorization": "Bearer secret"}
    )
    described = operation_of(Step("POST", "/control/clock/advance")).answer(answer.status_code)
    assert answer.status_code == 413
    assert described is not None
    assert list(described.bodies["application/json"].breaches(answer.json, "body")) == []


def media_of(item: Any) -> Iterator[dict[str, Any]]:
    if isinstance(item, dict):
        if "schema" in item and "examples" in item:
            yield item
        for each in item.values():
            yield from media_of(each)


def test_every_example_is_valid() -> None:
    components = SPECIFICATION.document["components"]
    told = [*media_of(SPECIFICATION.document["paths"]), *media_of(components["responses"])]
    examples = [
        (Shape(media["schema"], components), each["value"])
        for media in told
        for each in media["examples"].values()
    ]

    assert [
        list(shape.breaches(value, "example"))
        for shape, value in examples
        if not shape.accepts(value)
    ] == []
    assert len(examples) > 80


def test_no_schema_of_its_own_has_the_name_of_a_file_of_schemas() -> None:
    own = yaml.safe_load(CONTROL.read_text(encoding="utf-8"))["components"]["schemas"]

    assert {each.stem for each in (ROOM / "schemas").glob("*.json")}.isdisjoint(own)
