"""Push tokens of devices, with or without a person behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_braze.domain.tracking.object_faults import BadObject, ObjectFault

DEVICE_ID_BYTES = range(8, 256)


@dataclass(frozen=True, slots=True)
class PushToken:
    """Where an app on one device is reached."""

    app_id: str
    token: str
    device_id: str | None = None

    @property
    def name(self) -> tuple[str, str]:
        """What makes it the same token, whatever is known of the device."""
        return self.app_id, self.token


def is_token_import(item: Mapping[str, Any]) -> bool:
    """Whether an attributes object brings the tokens of somebody unknown."""
    return item.get("push_token_import") is True


def check_token_import(item: Mapping[str, Any]) -> None:
    """Raises:
        BadObject: the import lacks tokens, or names a person.

    Facts: push-token-import
    """
    if is_token_import(item) and (
        not item.get("push_tokens")
        or item.get("external_id") is not None
        or item.get("braze_id") is not None
    ):
        raise BadObject(ObjectFault.BAD_PUSH_TOKEN_IMPORT)


def check_push_tokens(item: Mapping[str, Any]) -> None:
    """Raises:
        BadObject: not an array of objects, or one of them is no token.

    Facts: push-token-errors
    """
    push_tokens(item)


def push_tokens(item: Mapping[str, Any]) -> list[PushToken]:
    """The tokens in an attributes object.

    Raises:
        BadObject: see `check_push_tokens`.

    Facts: push-token-errors
    """
    listed = item.get("push_tokens")
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        raise BadObject(ObjectFault.BAD_PUSH_TOKEN_VALUE)
    return [_push_token(each) for each in listed]


def _push_token(item: Mapping[str, Any]) -> PushToken:
    app_id, token, device_id = (item.get(name) for name in ("app_id", "token", "device_id"))
    # Inferred: a workspace here has no list of its apps, so that any text names one
    # (push-token-apps)
    if not isinstance(app_id, str) or not app_id:
        raise BadObject(ObjectFault.BAD_PUSH_TOKEN_APP_ID)
    if not isinstance(token, str) or not token:
        raise BadObject(ObjectFault.BAD_PUSH_TOKEN_STRING)
    if device_id is not None and not _is_device_id(device_id):
        raise BadObject(ObjectFault.BAD_DEVICE_ID)
    return PushToken(app_id, token, device_id)


def _is_device_id(value: object) -> bool:
    return isinstance(value, str) and len(value.encode()) in DEVICE_ID_BYTES
