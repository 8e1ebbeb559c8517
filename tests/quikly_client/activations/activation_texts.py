"""Activations for tests, from the text of a file with some members changed."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings

from quikly_client.activations import Activation, Claim, activation_in
from quikly_client.activations.awarding import Act, begun, decide
from quikly_client.activations.claims import Stage

# A busy machine is no reason to fail.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
OPENS = datetime(2026, 3, 2, 9, tzinfo=UTC)
DROP: dict[str, Any] = {
    "name": "spring-drop",
    "q_scope": "spring-2026",
    "kind": "drop",
    "award": "rank",
    "opens": "2026-03-02T09:00:00Z",
    "incentive_tiers": [{"rank": 1, "description": "50 % off", "quantity": 2}],
    "events": ["login"],
}
SWAP: dict[str, Any] = DROP | {"kind": "swap", "award": "quantity"}
HYPE: dict[str, Any] = DROP | {
    "kind": "hype",
    "drops": "2026-03-05T09:00:00Z",
    "opt_in_events": ["notify_me"],
}
FALLING = {"description": "{value} % off", "from": 40, "to": 10, "by": 10, "every": 60}


def a_file(base: dict[str, Any] = DROP, **members: Any) -> str:
    """The text of a file; a member that is None is left out."""
    told = base | members
    return json.dumps({name: value for name, value in told.items() if value is not None})


def an_activation(base: dict[str, Any] = DROP, **members: Any) -> Activation:
    return activation_in(a_file(base, **members))


def a_tier(rank: int, **members: Any) -> dict[str, Any]:
    return {"rank": rank, "description": f"offer {rank}"} | members


def played(
    activation: Activation, acts: Iterable[tuple[float, str]], stage: Stage = Stage.CLAIM
) -> list[Claim]:
    """What comes of acts (seconds since claims can be made, and who), taken one by one."""
    standing, claims = begun(activation), dict[str, Claim]()
    for seconds, email in acts:
        at = activation.claims_from + timedelta(seconds=seconds)
        if email not in claims:
            claim = decide(
                activation, standing, Act(stage, email, "login", at, f"token of {email}")
            )
            standing = standing.after(claim) if claim.number else standing
            claims[email] = claim
    return list(claims.values())
