"""Identity: who is who, in the fake and in the oracle, whatever becomes of names and addresses."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from scenarios.machines.pools import (
    ALIASES,
    DAYS,
    EMAILS,
    EXTERNAL_IDS,
    MOMENTS,
    PHONES,
    aliases,
    emails,
    external_ids,
    lists_of,
    phones,
    prioritizations,
)
from scenarios.machines.side_by_side import SideBySide, unknowns
from scenarios.model.answers import Json
from scenarios.model.unknowns import Unknowns


def usable_objects(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Of /users/track, by any one identifier, which further `members` may accompany."""
    optional = {"_update_existing_only": st.booleans(), **members}
    by_email, by_phone = (
        {k: v for k, v in optional.items() if k != name} for name in ("email", "phone")
    )
    by_phone.pop("email", None)
    return st.one_of(
        st.fixed_dictionaries({"external_id": external_ids}, optional=optional),
        st.fixed_dictionaries(
            {"user_alias": aliases, "_update_existing_only": st.just(False)}, optional=members
        ),
        st.fixed_dictionaries({"user_alias": aliases}, optional=optional),
        st.fixed_dictionaries({"email": emails}, optional=by_email),
        st.fixed_dictionaries({"phone": phones}, optional=by_phone),
    )


NAMES = ("external_id", "user_alias")
BAD_OBJECTS: list[Json] = [
    {"color": "red"},
    {"external_id": "crm-1", "user_alias": ALIASES[0], "color": "red"},
    {"email": "ana"},
    {"external_id": "crm-1", "email": "ana"},
]

fields: dict[str, st.SearchStrategy[Any]] = {
    "first_name": st.sampled_from(["Ana", "Ben"]),
    "color": st.sampled_from(["red", "blue", None]),
    "points": st.sampled_from([{"inc": 1}, {"inc": -2}]),
}
attributes = usable_objects(
    email=emails | st.none(), phone=phones | st.none(), **fields
) | st.sampled_from(BAD_OBJECTS)
events = usable_objects()
contacts = {"email": emails, "phone": phones, "color": fields["color"]}
first_names = {"first_name": st.sampled_from(["Ana", "Ben", "Cho"])}
founders = st.one_of(
    st.fixed_dictionaries({"external_id": external_ids, **first_names}, optional=contacts),
    st.fixed_dictionaries(
        {"user_alias": aliases, "_update_existing_only": st.just(False), **first_names},
        optional=contacts,
    ),
)

named_aliases = aliases | st.builds(
    lambda alias, external_id: {**alias, "external_id": external_id}, aliases, external_ids
)
alias_updates = st.builds(
    lambda alias, name: {
        "alias_label": alias["alias_label"],
        "old_alias_name": alias["alias_name"],
        "new_alias_name": name,
    },
    aliases,
    st.sampled_from(["one", "two", "three"]),
)
anybody = st.one_of(
    st.fixed_dictionaries({"external_id": external_ids}),
    st.fixed_dictionaries({"user_alias": aliases}),
    st.fixed_dictionaries({"email": emails}),
    st.fixed_dictionaries({"phone": phones}),
)
KINDS = ("external_id", "user_alias", "email", "phone")
# Somebody who is there, by one of their identifiers; or an identifier of perhaps nobody.
Who = tuple[int, str] | Json
known = st.tuples(st.integers(0, 4), st.sampled_from((*KINDS, "email", "email")))
whoever: st.SearchStrategy[Who] = st.one_of(known, known, known, anybody)
IDENTIFY_ARRAYS = {
    "user_alias": "aliases_to_identify",
    "email": "emails_to_identify",
    "phone": "phone_numbers_to_identify",
}
DELETE_ARRAYS = {
    "external_id": "external_ids",
    "user_alias": "user_aliases",
    "email": "email_addresses",
    "phone": "phone_numbers",
}


class Identity(SideBySide):
    """Track, alias, identify, merge, rename, delete and export, in any order and at any time."""

    permissions = (
        "users.track", "users.export.ids", "users.alias.new", "users.alias.update",
        "users.identify", "users.merge", "users.delete", "users.external_ids.rename",
        "users.external_ids.remove",
    )  # fmt: skip

    @initialize(
        unknowns=unknowns(
            "ingestion_lag", "deletion_lag", "merge_lag", "alias_events", "nobody_found",
            "concurrent_email_creations", "export_tallies", "unmatched_priority", "delete_kinds",
            "identify_unknown_external_id", "identify_counters", "renamed_ids",
        ),
        people=st.lists(founders, min_size=1, max_size=5),
        aliases=st.lists(named_aliases, max_size=2),
        age=st.sampled_from(MOMENTS),
    )  # fmt: skip
    def begin(self, unknowns: Unknowns, people: list[Json], aliases: list[Json], age: int) -> None:
        """Some people have signed up and visited."""
        self.start(unknowns)
        visits = [{n: v for n, v in each.items() if n in NAMES} for each in people]
        self.track(people, visits)
        self.pass_time(age)
        if aliases:
            self.new_aliases(aliases)

    @rule(attributes=st.lists(attributes, max_size=3), events=st.lists(events, max_size=2))
    def track(self, attributes: list[Json], events: list[Json]) -> None:
        happened = [{**each, "name": "visit", "time": self.clock().isoformat()} for each in events]
        body = {"attributes": attributes} if attributes else {}
        body |= {"events": happened} if happened else {}
        self.ask("/users/track", body, self.oracle.tracking.track(body))

    @precondition(lambda self: self.seen)
    @rule(nth=st.integers(0, 3), color=st.sampled_from(["red", "blue"]))
    def track_by_braze_id(self, nth: int, color: str) -> None:
        """Of somebody seen at some time, who may be gone."""
        braze_id = sorted(self.seen)[nth % len(self.seen)]
        body = {"attributes": [{"braze_id": braze_id, "color": color}]}
        self.ask("/users/track", body, self.oracle.tracking.track(body))

    @rule(seconds=st.sampled_from(MOMENTS))
    def wait(self, seconds: int) -> None:
        self.pass_time(seconds)

    @rule(seconds=st.sampled_from(DAYS))
    def wait_long(self, seconds: int) -> None:
        self.pass_time(seconds)

    @rule(items=lists_of(named_aliases))
    def new_aliases(self, items: list[Json]) -> None:
        self.ask(
            "/users/alias/new", {"user_aliases": items}, self.oracle.identity.new_aliases(items)
        )

    @rule(items=lists_of(alias_updates, most=1))
    def update_aliases(self, items: list[Json]) -> None:
        self.ask(
            "/users/alias/update",
            {"alias_updates": items},
            self.oracle.identity.update_aliases(items),
        )

    @rule(who=whoever, prioritization=prioritizations, external_id=external_ids)
    def identify(self, who: Who, prioritization: list[str], external_id: str) -> None:
        item = self.identifier(who, prioritization)
        [kind] = {*item} - {"prioritization"}
        if kind in IDENTIFY_ARRAYS:
            body = {IDENTIFY_ARRAYS[kind]: [{**item, "external_id": external_id}]}
            self.ask("/users/identify", body, self.oracle.identity.identify(body))

    @rule(gone=whoever, kept=whoever, prioritization=prioritizations)
    def merge(self, gone: Who, kept: Who, prioritization: list[str]) -> None:
        item = {
            "identifier_to_merge": self.identifier(gone, prioritization),
            "identifier_to_keep": self.identifier(kept, prioritization),
        }
        self.ask("/users/merge", {"merge_updates": [item]}, self.oracle.identity.merge([item]))

    @rule(people=lists_of(whoever), prioritization=prioritizations)
    def delete(self, people: list[Who], prioritization: list[str]) -> None:
        """Of one kind as a rule; several kinds are refused, or not.

        Then the order of the kinds is open, which matters to whom an address means: such bodies
        hold names only.
        """
        body: dict[str, list[Any]] = {}
        for who in people:
            item = self.identifier(who, prioritization)
            [kind] = {*item} - {"prioritization"}
            told = item if "prioritization" in item else item[kind]
            body.setdefault(DELETE_ARRAYS[kind], []).append(told)
        if len(body) > 1 and not body.keys() <= {"external_ids", "user_aliases"}:
            body = dict([body.popitem()])
        self.ask("/users/delete", body, self.oracle.identity.delete(body))

    @rule(who=whoever, color=st.sampled_from(["red", "blue"]))
    def paint(self, who: Who, color: str) -> None:
        """An update by one identifier, which may be that of several people."""
        body = {"attributes": [{**self.identifier(who), "color": color}]}
        self.ask("/users/track", body, self.oracle.tracking.track(body))

    def identifier(self, who: Who, prioritization: list[str] | None = None) -> Json:
        """Of somebody who is there, by the kind asked for or another; addresses are prioritized."""
        if isinstance(who, tuple):
            who = self._identifier_of_known(*who)
        if prioritization is not None and not {"email", "phone"}.isdisjoint(who):
            return {**who, "prioritization": prioritization}
        return who

    def _identifier_of_known(self, nth: int, kind: str) -> Json:
        people = self.oracle.people
        names = people[nth % len(people)].names() if people else {}
        for each in (kind, *KINDS):
            if each in names:
                return {each: names[each]}
        return {"external_id": EXTERNAL_IDS[0]}

    @rule(
        items=lists_of(
            st.fixed_dictionaries(
                {"current_external_id": external_ids, "new_external_id": external_ids}
            )
        )
    )
    def rename(self, items: list[Json]) -> None:
        self.ask(
            "/users/external_ids/rename",
            {"external_id_renames": items},
            self.oracle.identity.rename(items),
        )

    @rule(names=lists_of(external_ids))
    def remove_names(self, names: list[str]) -> None:
        self.ask(
            "/users/external_ids/remove",
            {"external_ids": names},
            self.oracle.identity.remove_names(names),
        )

    @invariant()
    def everybody_is_found_alike(self) -> None:
        if self.is_running:
            type(self).steps += 1
            self.export({"external_ids": list(EXTERNAL_IDS)})
            self.export({"user_aliases": ALIASES})
            for email in EMAILS:
                self.export({"email_address": email})
            for phone in PHONES:
                self.export({"phone": phone})
