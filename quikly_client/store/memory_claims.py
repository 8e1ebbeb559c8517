"""Claims that last as long as their process."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from quikly_client.activations.awarding import Standing
from quikly_client.activations.claims import Claim, Stage
from quikly_client.store.claim_store import Decision, Drawing, Kept


@dataclass(slots=True)
class _Scope:
    standing: Standing
    by_person: dict[tuple[Stage, str], Claim] = field(default_factory=dict)


class MemoryClaims:
    """Keeps the claims of each scope in a dictionary; one decision at a time."""

    def __init__(self) -> None:
        self._scopes: dict[str, _Scope] = {}
        self._lock = threading.RLock()

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        with self._lock:
            scope = self._scopes.get(q_scope) or _Scope(begun)
            found = scope.by_person.get((stage, email))
            if found is not None:
                return Kept(found, is_repeated=True)
            has_entered = (Stage.ENTRY, email) in scope.by_person
            claim = decision(scope.standing, has_entered)
            if claim.outcome.is_kept:
                self._keep(q_scope, scope, [claim])
            return Kept(claim, is_repeated=False)

    def draw(self, begun: Standing, q_scope: str, drawing: Drawing) -> bool:
        with self._lock:
            scope = self._scopes.get(q_scope) or _Scope(begun)
            if scope.standing.is_drawn:
                return False
            entries = [claim for claim in scope.by_person.values() if claim.stage is Stage.ENTRY]
            self._keep(q_scope, scope, drawing(scope.standing, entries))
            scope.standing = replace(scope.standing, is_drawn=True)
            return True

    def standing(self, q_scope: str) -> Standing | None:
        with self._lock:
            scope = self._scopes.get(q_scope)
            return None if scope is None else scope.standing

    def claims(self, q_scope: str, after: int = 0) -> list[Claim]:
        with self._lock:
            scope = self._scopes.get(q_scope)
            kept = [] if scope is None else list(scope.by_person.values())
        return kept[after:]  # numbers count from 1 without a gap

    def _keep(self, q_scope: str, scope: _Scope, claims: Iterable[Claim]) -> None:
        self._scopes[q_scope] = scope
        for claim in claims:
            scope.by_person[claim.stage, claim.email] = claim
            scope.standing = scope.standing.after(claim)
