"""Clients that send something else than Braze takes."""

from collections.abc import Callable, Mapping
from typing import Any

from quikly_client.braze import TRACK
from quikly_client.transport import Answer, Transport
from scenarios.mutants.mutant import Client, Mutant

Body = Mapping[str, Any]


def rewriting(path: str, rewrite: Callable[[Body], Any]) -> type[Transport]:
    """Sends other bodies to one path than the ones that it is given."""

    class Rewriting(Transport):
        def send(
            self, method: str, to: str, *, query: Mapping[str, str] | None = None,
            body: Body | None = None,
        ) -> Answer:  # fmt: skip
            changed = rewrite(body) if body is not None and to == path else body
            return super().send(method, to, query=query, body=changed)

    return Rewriting


def in_each_object(change: Callable[[dict[str, Any]], Body]) -> type[Transport]:
    """Sends to `/users/track` something else of each profile."""

    def rewrite(body: Body) -> Body:
        objects = [change(dict(each)) for each in body.get("attributes", ())]
        return {**body, "attributes": objects} if objects else body

    return rewriting(TRACK, rewrite)


def without(name: str) -> Callable[[dict[str, Any]], Body]:
    """Leaves a member out."""
    return lambda told: {key: value for key, value in told.items() if key != name}


PAYLOADS = (
    Mutant(
        "update-existing-only-left-out",
        "It makes profiles by an alias without saying that they may be new.",
        Client(transport=in_each_object(without("_update_existing_only"))),
    ),
)
