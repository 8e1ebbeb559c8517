"""What must hold of customers and of personal data: one function for each claim."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scenarios.evidence import Evidence, JournaledRequest, News
from scenarios.invariants.breach import EXPORT, TRACK, Breach, as_list, breach_by, member

IDENTIFY = "POST /users/identify"


def no_personal_data_in_logs(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Nobody's email or phone is written into the integration's log in full.

    Facts: addresses-stay-out-of-logs
    """
    if not news.log_lines:
        return
    told = news.remembered("no_personal_data_in_logs", set[tuple[str, str, str]])
    for key, participant in evidence.arrivals.items():
        for address in (participant.email, participant.phone):
            found = [each for each in news.log_lines if address and address in each]
            if address and found and (*key, address) not in told:
                told.add((*key, address))
                yield Breach(
                    "no_personal_data_in_logs", participant.consented_at, participant.email,
                    f"told in full in the log: {found[0]}", fact="addresses-stay-out-of-logs",
                )  # fmt: skip


def no_customer_is_changed(evidence: Evidence, news: News) -> Iterator[Breach]:
    """No address that a customer has at the brand is replaced by what a participant says: anybody
    may type somebody's email.

    The integration knows it from an export, or should have looked. What the brand changes after
    its look is a race.

    Facts: quikly-email-acquisition, repeated-alias-creation-updates
    """
    customers = news.remembered("no_customer_is_changed", _Customers)
    for request in news.everybodys:
        is_own = request.number in evidence.by_number
        if request.operation == EXPORT and is_own:
            customers.are_shown(request)
        elif request.operation == IDENTIFY and not is_own:
            customers.are_named(request)
        elif request.operation == TRACK:
            for item in as_list(member(request.sent, "attributes")):
                if not isinstance(item, Mapping):
                    continue
                if not is_own:
                    customers.are_written(item)
                    continue
                for name, known in customers.replaced_by(item, evidence):
                    yield breach_by(
                        "no_customer_is_changed", request, str(known),
                        f"the {name} of a customer is replaced by {item[name]}",
                        fact="repeated-alias-creation-updates",
                    )  # fmt: skip


@dataclass(slots=True)
class _Customers:
    """The addresses of identified profiles by external_id: all that exports have `shown` to the
    integration, empty for none, and the latest that the brand has `written`.
    """

    shown: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    written: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    by_alias: dict[str, str] = field(default_factory=dict)
    looked_at: dict[str, datetime] = field(default_factory=dict)

    def are_shown(self, request: JournaledRequest) -> None:
        """The integration exports profiles."""
        for alias in as_list(member(request.sent, "user_aliases")):
            self.looked_at[str(member(alias, "alias_name"))] = request.at
        for user in as_list(member(request.answered, "users")):
            for alias in as_list(member(user, "user_aliases")):
                self.looked_at[str(member(alias, "alias_name"))] = request.at
            name = member(user, "external_id")
            if name is not None:
                known = self.shown.setdefault(name, {"email": set(), "phone": set()})
                for kind, addresses in known.items():
                    addresses.add(str(user.get(kind, "")).lower())

    def are_named(self, request: JournaledRequest) -> None:
        """The brand identifies whom the integration has made."""
        for each in as_list(member(request.sent, "aliases_to_identify")):
            self.by_alias[each["user_alias"]["alias_name"]] = each["external_id"]

    def are_written(self, item: Mapping[str, Any]) -> None:
        """The brand writes a customer."""
        if "external_id" in item:
            known = self.written.setdefault(item["external_id"], {})
            known.update({kind: {each.lower()} for kind, each in _addresses(item).items()})

    def replaced_by(self, item: Mapping[str, Any], evidence: Evidence) -> Iterator[tuple[str, str]]:
        """The kinds of address, and the addresses, that an object replaces."""
        alias = str(member(item.get("user_alias"), "alias_name"))
        known = self.shown.get(str(item.get("external_id")), {})
        if alias in self.by_alias and not self._has_looked(alias, evidence):
            known = self.written.get(self.by_alias[alias], {})
        for kind, address in _addresses(item).items():
            others = known.get(kind, set())
            if others and not others & {"", address.lower()}:
                yield kind, ", ".join(sorted(others))

    def _has_looked(self, alias: str, evidence: Evidence) -> bool:
        """Since somebody took part by this email who is not credited yet."""
        credited = {each.key for each in evidence.credits}
        arrived = [
            each.consented_at
            for key, each in evidence.arrivals.items()
            if each.email == alias and key not in credited
        ]
        at = self.looked_at.get(alias)
        return at is not None and (not arrived or at >= min(arrived))


def _addresses(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: said[name] for name in ("email", "phone") if said.get(name)}
