"""Clients that send something else than Braze takes."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from quikly_client.braze import EXPORT, STATUS_SET, TRACK
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


def as_on_the_page(told: dict[str, Any]) -> Body:
    """The name of the member for the alias as the partner page prints it."""
    return {"user_alias:" if name == "user_alias" else name: value for name, value in told.items()}


def status_as_on_the_page(body: Body) -> Body:
    """The name of the member for the state as the partner page prints it."""
    state = body["subscription_state"]
    return {**without("subscription_state")(dict(body)), "subscription_status": state}


def literally(printed: str) -> Callable[[Body], Any]:
    """Text of the partner page around the values, which makes no JSON."""

    def rewrite(body: Body) -> Any:
        return orjson.Fragment(printed % {"body": orjson.dumps(body).decode()[:-1]})

    return rewrite


def by_external_id(told: dict[str, Any]) -> Body:
    """The email as the brand's own name for the customer."""
    if told.get("_update_existing_only") is not False:
        return told
    return {**without("user_alias")(told), "external_id": told["email"]}


class BarePlus(Transport):
    """Puts the query together by hand."""

    def send(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None,
        body: Body | None = None,
    ) -> Answer:  # fmt: skip
        pairs = "&".join(f"{name}={value}" for name, value in (query or {}).items())
        return super().send(method, f"{path}?{pairs}" if pairs else path, body=body)


PAYLOADS = (
    Mutant(
        "update-existing-only-left-out",
        "It makes profiles by an alias without saying that they may be new.",
        Client(transport=in_each_object(without("_update_existing_only"))),
    ),
    Mutant(
        "page-sample-of-track",
        "It writes `user_alias:` as the partner page does.",
        Client(transport=in_each_object(as_on_the_page)),
    ),
    Mutant(
        "page-sample-of-status-set",
        "It writes `subscription_status` as the partner page does.",
        Client(transport=rewriting(STATUS_SET, status_as_on_the_page)),
    ),
    Mutant(
        "page-sample-as-printed",
        "It sends the stray `}]` of the partner page.",
        Client(transport=rewriting(STATUS_SET, literally("%(body)s}]\n}"))),
    ),
    Mutant(
        "no-phone-on-the-profile",
        "It makes profiles as the partner page prints them, without the number.",
        Client(transport=in_each_object(without("phone"))),
    ),
    Mutant(
        "external-id-made-up",
        "It names new customers by their email, where the brand has names of its own.",
        Client(transport=in_each_object(by_external_id)),
    ),
    Mutant(
        "fields-to-export-left-out",
        "It exports profiles without saying what of them.",
        Client(transport=rewriting(EXPORT, lambda body: without("fields_to_export")(dict(body)))),
    ),
    Mutant(
        "plus-not-encoded",
        "It puts the plus of a number into a query as it is.",
        Client(transport=BarePlus),
    ),
)
