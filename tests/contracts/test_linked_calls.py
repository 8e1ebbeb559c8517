"""What one call writes, the next must show."""

from collections.abc import Mapping
from typing import Any

from contracts.findings import Finding
from contracts.furnished import KEY, RESOURCES, a_fake
from contracts.linked_calls import ID, linked_findings
from mock_braze.in_process import BASE_URL, in_process_session

GROUP = RESOURCES["subscription_group_id"]


class Provider:
    """The fake, some of whose answers are replaced."""

    def __init__(self, **replaced: Any) -> None:
        self.session = in_process_session(a_fake())
        self.replaced = replaced

    def ask(self, operation: str, sent: Mapping[str, Any]) -> Any:
        method, _, path = operation.partition(" ")
        name = path.strip("/").replace("/", "_")
        if name in self.replaced:
            return self.replaced[name]
        told: dict[str, Any] = {"params": sent} if method == "GET" else {"json": sent}
        headers = {"Authorization": f"Bearer {KEY}"}
        return self.session.request(method, BASE_URL + path, headers=headers, **told).json()

    def findings(self, group_id: str | None = GROUP) -> list[Finding]:
        return linked_findings(self.ask, group_id, 3, lambda: None)


def test_the_fake_shows_what_was_written() -> None:
    assert Provider().findings() == []
    assert Provider().findings(group_id=None) == []


def test_what_never_shows_is_told_as_a_note() -> None:
    """Facts: new-profiles-appear-late"""
    nobody, unknown = (
        Provider(users_export_ids={"users": []}),
        Provider(subscription_status_get={"status": {}}),
    )

    (hidden,), (state,) = nobody.findings(), unknown.findings()

    assert (hidden.severity, hidden.fact) == ("note", "new-profiles-appear-late")
    assert (state.severity, state.operation) == ("note", "GET /subscription/status/get")


def test_another_value_than_was_written_is_an_error() -> None:
    (found,) = Provider(users_export_ids={"users": [{"external_id": ID}]}).findings()

    assert found.severity == "error"
    assert found.says.startswith('an export shows {"external_id":"linked-calls-1"} for what')
