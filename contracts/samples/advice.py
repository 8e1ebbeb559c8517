"""What a request may say although another form is better: told as notes, not as errors."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Advice(NamedTuple):
    """About one member of a request that the contract accepts."""

    property: str
    says: str
    fact: str


def advice_on(operation: str, body: Mapping[str, Any]) -> Iterator[Advice]:
    """What could be better in a body that `operation` takes."""
    if operation == "POST /subscription/status/set" and isinstance(body.get("phone"), str):
        says = "one number is accepted; for text messages an array of numbers is documented"
        yield Advice("body.phone", says, "status-set-external-id-forms")
    if operation == "POST /users/export/ids" and "fields_to_export" not in body:
        says = "newer accounts must name `fields_to_export`"
        yield Advice("body", says, "page-names-no-fields-to-export")
