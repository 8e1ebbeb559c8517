"""ApiKey: what opens a workspace, and which of Braze's endpoints it may call."""

from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any


def _named(family: str, names: str) -> frozenset[str]:
    return frozenset(f"{family}.{name}" for name in names.split())


# What the partner page asks a brand to grant.
PARTNER_PERMISSIONS = frozenset(
    {"users.track", "users.export.ids", "subscription.status.get", "subscription.status.set"}
)
# Every permission a key can hold, by the names of the dashboard.
PERMISSIONS = PARTNER_PERMISSIONS | {
    *_named("users", "track.sync track.bulk delete alias.new alias.update identify merge"),
    *_named("users", "external_ids.rename external_ids.remove"),
    *_named("users", "export.segment export.global_control_group"),
    *_named("email", "unsubscribe status hard_bounces bounce.remove spam.remove blacklist"),
    *_named("sms", "invalid_phone_numbers invalid_phone_numbers.remove"),
    "subscription.groups.get",
    *_named("messages", "send schedule.create schedule.update schedule.delete"),
    *_named("messages", "schedule_broadcasts live_activity.update"),
    *_named("campaigns", "trigger.send list details data_series url_info.details"),
    *_named("campaigns.trigger.schedule", "create update delete"),
    *_named("canvas", "trigger.send list details data_series data_summary url_info.details"),
    *_named("canvas.trigger.schedule", "create update delete"),
    *_named("sends", "data_series id.create"),
    "transactional.send",
    *_named("segments", "list details data_series"),
    *_named("events", "list data_series"),
    "custom_attributes.get",
    *_named("purchases", "product_list revenue_series quantity_series"),
    "sessions.data_series",
    *(f"kpi.{each}.data_series" for each in ("dau", "mau", "new_users", "uninstalls")),
    *_named("templates.email", "create info list update"),
    *_named("content_blocks", "create info list update"),
}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A REST API key. No network listed means any address may use it.

    `is_partner` marks the key that a brand gives to Quikly: what goes beyond its need is told.

    Facts: four-permissions, ip-allowlist
    """

    value: str
    permissions: frozenset[str]
    ip_allowlist: tuple[IPv4Network | IPv6Network, ...] = ()
    is_partner: bool = False

    def allows_address(self, address: str) -> bool:
        """Whether one of the networks holds `address`; of a socket without one, none does."""
        if not self.ip_allowlist:
            return True
        try:
            caller = ip_address(address)
        except ValueError:
            return False
        caller = getattr(caller, "ipv4_mapped", None) or caller
        return any(caller in network for network in self.ip_allowlist)


class BadApiKey(ValueError):
    """A key that cannot be made; `problems` holds every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def make_api_key(
    value: str, permissions: list[Any], networks: list[Any], *, is_partner: bool = False
) -> ApiKey:
    """Raises:
    BadApiKey: an unknown permission, a bad network, or a value no header can carry.
    """
    problems = [
        f"there is no permission {name!r}; {_hint(name)}"
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
    return ApiKey(value, frozenset(permissions), tuple(allowlist), is_partner)


def _hint(name: object) -> str:
    close = get_close_matches(str(name), sorted(PERMISSIONS), n=3)
    return f"close to it are {', '.join(close)}" if close else "a name looks like users.track"
