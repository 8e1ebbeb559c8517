"""A client's requests against the contract: each defect planted in one is found and named."""

from typing import Any

import pytest
import requests

from contracts.consumer import hazards_in, judge_requests, requests_in
from contracts.specification import Specification
from mock_braze.pytest_plugin import FakeBraze, fake_braze

__all__ = ["fake_braze"]  # a fixture

GROUP = "10000000-0000-4000-8000-000000000001"
TRACK, SET = "/users/track", "/subscription/status/set"
PERSON = {"external_id": "q-1", "email": "ana@example.com"}


def post(braze: FakeBraze, path: str, body: Any) -> None:
    headers = {"Authorization": f"Bearer {braze.api_key}"}
    requests.post(braze.url + path, json=body, headers=headers, timeout=10)


def found(braze: FakeBraze, permitted: frozenset[str] | None = None) -> list[tuple[str, str, str]]:
    consumption = judge_requests(requests_in(braze.workspace), Specification(), permitted)
    return [(each.operation, each.property, each.fact) for each in consumption.findings]


def test_right_requests_have_no_findings_and_tell_what_they_need(fake_braze: FakeBraze) -> None:
    post(fake_braze, TRACK, {"attributes": [PERSON]})
    post(fake_braze, TRACK, {"attributes": [PERSON]})

    consumption = judge_requests(requests_in(fake_braze.workspace), Specification())

    assert consumption.findings == []
    assert consumption.calls == {"POST /users/track": 2}
    assert consumption.permissions == {"users.track"}


@pytest.mark.parametrize(
    ("path", "body", "operation", "property_", "fact"),
    [
        (SET, {"subscription_group_id": GROUP, "subscription_status": "subscribed",
               "email": "ana@example.com"}, f"POST {SET}", "request body.subscription_status",
         "page-sample-subscription-status"),
        (SET, {"subscription_group_id": GROUP, "email": "ana@example.com"}, f"POST {SET}",
         "request body.subscription_state", "status-set-missing-state"),
        (TRACK, {"attributes": [{**PERSON, "email": 7}]}, f"POST {TRACK}",
         "request body.attributes[0].email", "email-syntax"),
        ("/users/remember", {}, "POST /users/remember", "request path", "unknown-path-404"),
        (TRACK, {"attributes": [PERSON] * 76}, f"POST {TRACK}", "request body.attributes",
         "track-object-limit"),
    ],
    ids=["wrong name", "missing member", "wrong type", "undocumented endpoint", "76 objects"],
)  # fmt: skip
def test_a_planted_defect_is_found_and_named(
    fake_braze: FakeBraze, path: str, body: Any, operation: str, property_: str, fact: str
) -> None:
    post(fake_braze, path, body)

    assert (operation, property_, fact) in found(fake_braze)


def test_an_unknown_member_is_told_with_the_likely_meant_name(fake_braze: FakeBraze) -> None:
    post(fake_braze, "/users/export/ids", {"external_ids": ["q-1"], "field_to_export": ["email"]})

    finding, _ = judge_requests(requests_in(fake_braze.workspace), Specification()).findings

    assert finding.says.endswith("probably fields_to_export was meant")


def test_a_permission_beyond_what_a_client_may_need_is_found(fake_braze: FakeBraze) -> None:
    post(fake_braze, "/users/delete", {"external_ids": ["q-1"]})

    assert found(fake_braze) == []
    assert found(fake_braze, frozenset({"users.track"})) == [
        ("POST /users/delete", "", "four-permissions")
    ]


def test_hazards_are_told_as_notes_each_kind_once(fake_braze: FakeBraze) -> None:
    alias = {"alias_name": "a", "alias_label": "b"}
    for _ in range(2):
        post(fake_braze, TRACK, {"attributes": [{"user_alias": alias, "quikly_level": 2}]})
        fake_braze.advance(600)

    (note,) = hazards_in(fake_braze.workspace)

    assert note.severity == "note"
    assert note.says.startswith("update_only_dropped: ")
    assert note.fact == "alias-needs-update-only-false"
