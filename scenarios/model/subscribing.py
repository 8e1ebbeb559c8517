"""Subscription groups: states are read, set, and texted for."""

from collections.abc import Mapping, Sequence
from functools import partial

from scenarios.model.answers import REFUSED, SUCCESS, Answer, Json
from scenarios.model.keywords import hear, is_about_opting
from scenarios.model.people import Person
from scenarios.model.states import Record
from scenarios.model.subscription_groups import Group
from scenarios.model.world import World, stored_phone

UNKNOWN_GROUP = Answer(400, {"message": "Invalid subscription group ID"})
BOTH_ADDRESSES = Answer(
    400,
    {"message": "Either an email address or a phone number should be provided, but not both."},
)


class Subscribing:
    """The endpoints about groups, and the texts of consumers."""

    def __init__(self, world: World) -> None:
        self._world = world

    def read_status(self, group_id: str, asked: Mapping[str, Sequence[str]]) -> Answer:
        """Facts: status-get-body, status-unknown-is-lower-case, status-get-identifier-rules"""
        group = self._world.states.groups.get(group_id)
        if group is None:
            return UNKNOWN_GROUP
        if "external_id" in asked:
            told = {each: self._status_of_named(group, each) for each in asked["external_id"]}
            return Answer(200, {"status": told, "message": "success"})
        if len(asked) > 1 and self._world.unknowns.email_and_phone_query == "refused":
            return REFUSED
        kind = "email" if "email" in asked else "phone"
        fits = (kind == "email") == (group.channel == "email")
        if not fits and self._world.unknowns.wrong_channel == "refused":
            return REFUSED
        told = {}
        for each in asked[kind]:
            stored = each.lower() if kind == "email" else stored_phone(each)
            key = stored if self._world.unknowns.status_key == "stored" else each
            told[key] = self._status(group, stored) if fits else self._world.unknowns.unknown_status
        return Answer(200, {"status": told, "message": "success"})

    def _status(self, group: Group, address: str) -> str:
        record = self._world.states.of_address.get((group.id, address))
        waits = record is not None and record.waits_since is not None
        if waits and self._world.unknowns.orphan_status == "unknown":
            record = None
        return self._spelled(
            record, self._world.states.conversations.is_pending(group, address, self._world.now)
        )

    def _status_of_named(self, group: Group, external_id: str) -> str:
        person = self._world.people.named(external_id)
        return self._spelled(*self._theirs(group, person)) if person else self._spelled(None, False)

    def _theirs(self, group: Group, person: Person) -> tuple[Record | None, bool]:
        """The person's state, and whether it is pending.

        A state that waits for somebody with the address is not the person's yet.
        """
        address = group.address_of(person)
        is_pending = address is not None and self._world.states.conversations.is_pending(
            group, address, self._world.now
        )
        record = self._world.states.of(group, person)
        waits = record is not None and record.waits_since is not None
        return (None if waits else record), is_pending

    def _spelled(self, record: Record | None, is_pending: bool) -> str:
        if is_pending and self._world.unknowns.pending_status == "unsubscribed":
            return "Unsubscribed"
        if record is None or (is_pending and self._world.unknowns.pending_status == "unknown"):
            return self._world.unknowns.unknown_status
        return record.state.capitalize()

    def user_status(self, asked: Mapping[str, Sequence[str]]) -> list[Json]:
        """Everybody asked for who has a history, with their groups, in no promised order.

        Facts: user-status-body
        """
        [(kind, values)] = asked.items()
        return [
            told
            for person in self._world.people.all
            if _is_meant(person, kind, values)
            and (told := self._told_groups(person))["subscription_groups"]
        ]

    def _told_groups(self, person: Person) -> Json:
        groups = []
        for group in self._world.states.groups.values():
            status = self._spelled(*self._theirs(group, person))
            if status != self._world.unknowns.unknown_status:
                told = {"id": group.id, "name": group.name, "channel": group.channel}
                groups.append({**told, "status": status})
        return {
            "email": person.email,
            "phone": person.phone,
            "external_id": person.external_id,
            "subscription_groups": groups,
        }

    def set_status(self, sent: Json) -> Answer:
        """Accepted or refused at once, done later.

        Facts: status-set-success-body, status-set-makes-no-profile, status-set-email-and-phone
        """
        refusal = self._judge(sent)
        if refusal is not None:
            return refusal
        self._world.accept(self._world.unknowns.status_lag, partial(self._set_all, sent))
        return SUCCESS

    def set_statuses(self, items: Sequence[Json]) -> Answer:
        """Version 2: several groups, and identifiers in lists with plural names."""
        singular = {"external_ids": "external_id", "emails": "email", "phones": "phone"}
        changes = [
            {singular.get(name, name): each for name, each in item.items()} for item in items
        ]
        refusals = [each for each in map(self._judge, changes) if each is not None]
        if refusals:
            return refusals[0]
        for each in changes:
            self._world.accept(self._world.unknowns.status_lag, partial(self._set_all, each))
        return SUCCESS

    def _judge(self, sent: Json) -> Answer | None:
        group = self._world.states.groups.get(sent["subscription_group_id"])
        if group is None:
            return UNKNOWN_GROUP
        if sent.get("subscription_state") not in ("subscribed", "unsubscribed"):
            return REFUSED if self._world.unknowns.missing_state == "refused" else SUCCESS
        if "email" in sent and "phone" in sent:
            return BOTH_ADDRESSES
        wrong = "phone" if group.channel == "email" else "email"
        if not {"external_id", "email", "phone"} & set(sent):
            return REFUSED if self._world.unknowns.missing_subscriber == "refused" else SUCCESS
        if wrong in sent:
            return REFUSED if self._world.unknowns.wrong_channel == "refused" else SUCCESS
        return None

    def _set_all(self, sent: Json, now: int) -> None:
        group = self._world.states.groups[sent["subscription_group_id"]]
        state, flag = sent["subscription_state"], sent.get("use_double_opt_in_logic", False)
        for each in _listed(sent.get("external_id")):
            person = self._world.people.named(each)
            if person is not None:
                self._world.states.set_person(group, person, state, flag, now)
        for name in ("email", "phone"):
            for each in _listed(sent.get(name)):
                address = each.lower() if name == "email" else stored_phone(each)
                self._world.states.set_address(group, address, state, flag, now)

    def hear(self, group_id: str, phone: str, text: str) -> None:
        """An inbound text; a stranger who opts in or out becomes somebody if the group says so."""
        group, now = self._world.states.groups[group_id], self._world.now
        if not self._world.people.with_phone(phone):
            if not (group.hears_strangers and is_about_opting(text)):
                return
            stranger = Person(now, now, now, self._world.next_number)
            self._world.people.add(stranger)
            self._world.move(stranger, "sms", phone, now)
        hear(self._world.states, group, phone, text, now)


def _is_meant(person: Person, kind: str, values: Sequence[str]) -> bool:
    match kind:
        case "email":
            return person.email in values
        case "phone":
            return person.phone in values
        case _:
            return any(person.answers_to(each) for each in values)


def _listed(value: str | list[str] | None) -> list[str]:
    """Facts: status-set-external-id-forms"""
    return [] if value is None else [value] if isinstance(value, str) else value
