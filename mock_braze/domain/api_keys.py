"""ApiKey: what opens a workspace, and which of Braze's endpoints it may call."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

# What the partner page asks a brand to grant.
PARTNER_PERMISSIONS = frozenset(
    {"users.track", "users.export.ids", "subscription.status.get", "subscription.status.set"}
)
PERMISSIONS = PARTNER_PERMISSIONS


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A REST API key. No network listed means any address may use it.

    Facts: four-permissions
    """

    value: str
    permissions: frozenset[str]
    ip_allowlist: tuple[IPv4Network | IPv6Network, ...] = ()

    def allows_address(self, address: str) -> bool:
        return not self.ip_allowlist or any(
            ip_address(address) in network for network in self.ip_allowlist
        )


class BadApiKey(ValueError):
    """A key that cannot be made; `problems` holds every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def make_api_key(value: str, permissions: list[Any], networks: list[Any]) -> ApiKey:
    """Raises:
    BadApiKey: an unknown permission, a bad network, or a value no header can carry.
    """
    problems = [
        f"there is no permission {name!r}; there are {', '.join(sorted(PERMISSIONS))}"
        for name in permissions
        if not isinstance(name, str) or name not in PERMISSIONS
    ]
    if not value.isascii() or not value.isprintable() or value.strip() != value or not value:
        problems.append(f"the key {value!r} must be printable ASCII without spaces around it")
    allowlist = []
    for network in networks:
        try:
            allowlist.append(ip_network(str(network), strict=False))
        except ValueError:
            problems.append(f"{network!r} is no IP address or subnet")
    if problems:
        raise BadApiKey(problems)
    return ApiKey(value, frozenset(permissions), tuple(allowlist))
