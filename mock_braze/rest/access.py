"""API keys and permissions: who is let in, and to what."""

from collections.abc import Mapping

from mock_braze.domain.errors import AccessDenied
from mock_braze.domain.workspace import Workspace


def bearer_key(headers: Mapping[str, str]) -> str:
    """The key in `Authorization: Bearer <key>`; "" when the header is not of that form.

    Facts: missing-key-body
    """
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key if scheme == "Bearer" else ""


def check_access(workspace: Workspace, key: str, address: str, permission: str) -> None:
    """Raises:
        AccessDenied: the key may not call this endpoint, or not from this address.

    Facts: missing-permission-403
    """
    held = workspace.keys[key]
    if permission not in held.permissions or not held.allows_address(address):
        raise AccessDenied
