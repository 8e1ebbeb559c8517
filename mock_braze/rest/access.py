"""API keys and permissions: who is let in, and to what."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl

import orjson

from mock_braze.domain.api_keys import PARTNER_PERMISSIONS, ApiKey
from mock_braze.domain.errors import AccessDenied, AccountInactive, AddressNotAllowed
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.workspace import Workspace
from mock_braze.domain.workspaces import Workspaces
from mock_braze.rest.exchange import LEGACY_MEMBER


def bearer_key(headers: Mapping[str, str]) -> str:
    """The key in `Authorization: Bearer <key>`; "" when the header is not of that form.

    Facts: missing-key-body
    """
    return _key_in(headers.get("authorization", ""))


@lru_cache(maxsize=256)  # one text for all calls with a key: the journal keeps it of each
def _key_in(authorization: str) -> str:
    scheme, _, key = authorization.partition(" ")
    return key if scheme == "Bearer" else ""


def legacy_key(workspaces: Workspaces, query: str, body: bytes) -> str:
    """The key in a query or JSON body, of a workspace that takes such keys; "" when there is none.

    Facts: legacy-api-key
    """
    key = dict(parse_qsl(query)).get(LEGACY_MEMBER) or _member(body)
    workspace = workspaces.opened_by(key)
    if workspace is None or workspace.state.dials.legacy_api_key == "refused":
        return ""
    return key


def _member(body: bytes) -> str:
    try:
        members = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    key = members.get(LEGACY_MEMBER) if isinstance(members, Mapping) else None
    return key if isinstance(key, str) else ""


def check_access(
    workspace: Workspace, held: ApiKey, address: str, permission: str, number: int
) -> None:
    """Raises:
        AccountInactive: the account of this workspace has been closed.
        AddressNotAllowed: the key `held` may not be used from this address.
        AccessDenied: the key may not call this endpoint.

    Facts: missing-permission-403, inactive-account-403, address-outside-the-allowlist
    """
    if workspace.state.dials.account == "inactive":
        raise AccountInactive
    if not held.allows_address(address):
        raise AddressNotAllowed
    if held.is_partner and permission not in PARTNER_PERMISSIONS:
        _warn_of_need(workspace, held, permission, number)
    if permission not in held.permissions:
        raise AccessDenied


def _warn_of_need(workspace: Workspace, held: ApiKey, permission: str, number: int) -> None:
    now = workspace.clock.now()
    outcome = "granted" if permission in held.permissions else "not granted"
    says = f"a partner's call needs {permission}, which is {outcome}"
    workspace.state.hazard(Hazard.permission_beyond_need, now, number, permission, says)
