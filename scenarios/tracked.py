"""What scenarios read in bodies of Braze's API: objects in lists, and whom they are about."""

from collections.abc import Iterator, Mapping
from typing import Any

TRACK_PATH = "/users/track"
EXPORT_PATH = "/users/export/ids"
STATUS_GET_PATH = "/subscription/status/get"


def objects(body: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """The objects in a member that is a list; none where it is not."""
    listed = body.get(name) if isinstance(body, Mapping) else None
    if isinstance(listed, list):
        yield from (each for each in listed if isinstance(each, Mapping))


def owner_of(item: Mapping[str, Any]) -> str:
    """The name by which an object of /users/track points at a profile."""
    alias = item.get("user_alias")
    named = alias.get("alias_name") if isinstance(alias, Mapping) else None
    return str(item.get("external_id") or named or item.get("braze_id") or item.get("email"))
