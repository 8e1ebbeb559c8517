"""Calls that belong together: what one of them writes, the next must show."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from contracts.findings import Finding

# Sends a body, or a query, to an operation; the parsed answer.
Ask = Callable[[str, Mapping[str, Any]], Any]
ID, EMAIL, PHONE = "linked-calls-1", "linked.calls@example.com", "+13135550187"


def linked_findings(
    ask: Ask, group_id: str | None, tries: int, wait: Callable[[], None]
) -> list[Finding]:
    """Track a person, then export them, then set their state in a group and read it.

    Writes become readable late, so each look is tried `tries` times with a `wait` in between; what
    does not show by then is a note where it is a matter of patience, else an error.

    Facts: new-profiles-appear-late, credit-after-verified-subscribed
    """
    person = {"external_id": ID, "email": EMAIL, "phone": PHONE}
    ask("POST /users/track", {"attributes": [person]})
    asked = {"external_ids": [ID], "fields_to_export": ["external_id", "email", "phone"]}
    users = _until(lambda: ask("POST /users/export/ids", asked).get("users"), bool, tries, wait)
    if not users:
        says = f"a tracked profile could not be exported after {tries} looks"
        return [Finding(says, "note", "POST /users/export/ids", fact="new-profiles-appear-late")]
    if users[0] != person:
        says = f"an export shows {orjson.dumps(users[0]).decode()} for what was tracked"
        return [Finding(says, operation="POST /users/export/ids")]
    if group_id is None:
        return []
    named = {"subscription_group_id": group_id}
    wanted = {**named, "subscription_state": "subscribed", "phone": [PHONE]}
    ask("POST /subscription/status/set", wanted)
    query = {**named, "phone": PHONE}
    state = _until(
        lambda: ask("GET /subscription/status/get", query).get("status", {}).get(PHONE, ""),
        lambda each: str(each).lower() == "subscribed",
        tries,
        wait,
    )
    if str(state).lower() == "subscribed":
        return []
    says = f"a number that was subscribed has the state {state!r} after {tries} looks"
    return [Finding(says, "note", "GET /subscription/status/get", fact="status-get-body")]


def _until(
    look: Callable[[], Any], is_it: Callable[[Any], bool], tries: int, wait: Callable[[], None]
) -> Any:
    seen = look()
    for _ in range(tries - 1):
        if is_it(seen):
            break
        wait()
        seen = look()
    return seen
