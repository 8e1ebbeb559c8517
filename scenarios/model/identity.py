"""Names and aliases: given, changed, taken away; and how two profiles become one, or none."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from scenarios.model.answers import ANYTHING, REFUSED, Answer, Json
from scenarios.model.people import Person, alias_of, fill_gaps, prioritized
from scenarios.model.world import World

IDENTIFY_COUNTERS = {
    "aliases_to_identify": "aliases_processed",
    "emails_to_identify": "emails_processed",
    "phone_numbers_to_identify": "phone_numbers_processed",
}
WHO = {"external_ids": "external_id", "user_aliases": "user_alias"}  # in /users/delete


class Identity:
    """Who is who."""

    def __init__(self, world: World) -> None:
        self._world = world

    def new_aliases(self, items: Sequence[Json]) -> Answer:
        number = self._world.next_number
        self._world.accept(
            self._world.unknowns.ingestion_lag,
            partial(self._add_aliases, items, self._world.now, number),
        )
        return Answer(201, {"aliases_processed": len(items), "message": "success"})

    def _add_aliases(self, items: Sequence[Json], accepted: int, number: int, now: int) -> None:
        """Facts: alias-pair-is-unique"""
        for item in items:
            label, name = alias_of(item)
            if self._world.people.aliased(label, name) is not None:
                continue
            if "external_id" not in item:
                person = self._world.someone(accepted, number, now)
                person.aliases[label] = name
            else:
                named = self._world.people.named(item["external_id"])
                if named is not None and label not in named.aliases:
                    named.aliases[label] = name
                    self._world.people.touch(named)

    def update_aliases(self, items: Sequence[Json]) -> Answer:
        self._world.accept(self._world.unknowns.ingestion_lag, partial(self._rename_aliases, items))
        return Answer(201, {"aliases_processed": len(items), "message": "success"})

    def _rename_aliases(self, items: Sequence[Json], _now: int) -> None:
        for item in items:
            label, new = item["alias_label"], item["new_alias_name"]
            person = self._world.people.aliased(label, item["old_alias_name"])
            if person is not None and self._world.people.aliased(label, new) is None:
                person.aliases[label] = new
                self._world.people.touch(person)

    def rename(self, items: Sequence[Json]) -> Answer:
        """Judged and done at once: the answer tells which items succeeded."""
        renamed: list[str] = []
        errors: list[object] = []
        for item in items:
            current, new = item["current_external_id"], item["new_external_id"]
            person = self._world.people.named(current)
            if (
                person is not None
                and person.external_id == current
                and self._world.people.named(new) is None
            ):
                person.old_external_ids.append(current)
                person.external_id = new
                renamed.append(new if self._world.unknowns.renamed_ids == "new" else current)
            else:
                errors.append(ANYTHING)
        return Answer(201, {"external_ids": renamed, "rename_errors": errors, "message": "success"})

    def remove_names(self, external_ids: Sequence[str]) -> Answer:
        removed: list[str] = []
        errors: list[object] = []
        for each in external_ids:
            person = self._world.people.named(each)
            if person is not None and person.external_id != each:
                person.old_external_ids.remove(each)
                removed.append(each)
            else:
                errors.append(ANYTHING)
        return Answer(201, {"removed_ids": removed, "removal_errors": errors, "message": "success"})

    def identify(self, body: Mapping[str, Sequence[Json]]) -> Answer:
        """The counts are of the items sent; what refused ones do to them nobody says."""
        counts: Json = {}
        refused = []
        for name, counter in IDENTIFY_COUNTERS.items():
            items = body.get(name, ())
            unknown = [each for each in items if not self._world.people.named(each["external_id"])]
            if self._world.unknowns.identify_unknown_external_id == "refused":
                refused += unknown
            if name in body or self._world.unknowns.identify_counters == "all":
                counts[counter] = ANYTHING if refused else len(items)
        accepted = {
            name: [each for each in items if each not in refused] for name, items in body.items()
        }
        self._world.accept(
            self._world.unknowns.ingestion_lag, partial(self._identify_all, accepted)
        )
        told = {"errors": [ANYTHING] * len(refused)} if refused else {}
        return Answer(201, {**counts, "message": "success", **told})

    def _identify_all(self, body: Mapping[str, Sequence[Json]], now: int) -> None:
        for item in body.get("aliases_to_identify", ()):
            label, name = alias_of(item["user_alias"])
            self._identify(self._world.people.aliased(label, name), item, now)
        for item in body.get("emails_to_identify", ()):
            self._identify_one_of(self._world.people.with_email(item["email"]), item, now)
        for item in body.get("phone_numbers_to_identify", ()):
            self._identify_one_of(self._world.people.with_phone(item["phone"]), item, now)

    def _identify_one_of(self, matches: list[Person], item: Json, now: int) -> None:
        """Nothing happens if several match and the target is among them."""
        target = self._world.people.named(item["external_id"])
        if not (len(matches) > 1 and target in matches):
            person = self._prioritized(matches, item)
            self._identify(person, item, now)

    def _identify(self, person: Person | None, item: Json, now: int) -> None:
        """Facts: identify-names-unknown, identify-merges-into-known, identify-same-label"""
        if person is None or person.is_identified:
            return
        target = self._world.people.named(item["external_id"])
        if target is None:
            person.external_id = item["external_id"]
            self._world.people.touch(person)
        elif item.get("user_alias", {}).get("alias_label") not in target.aliases:
            self._absorb(target, person, now)

    def merge(self, items: Sequence[Json]) -> Answer:
        self._world.accept(self._world.unknowns.merge_lag, partial(self._merge_all, items))
        return Answer(202, {"message": "success"})

    def _merge_all(self, items: Sequence[Json], now: int) -> None:
        """Facts: merge-needs-one-match, merge-exceptions"""
        for item in items:
            gone = self._meant(item["identifier_to_merge"])
            kept = self._meant(item["identifier_to_keep"])
            if gone is None or kept is None or gone is kept:
                continue
            if not (gone.deletions or kept.deletions):
                self._absorb(kept, gone, now)

    def _meant(self, who: Json) -> Person | None:
        """By exactly one identifier, addresses with a prioritization."""
        if "external_id" in who:
            return self._world.people.named(who["external_id"])
        if "user_alias" in who:
            return self._world.people.aliased(*alias_of(who["user_alias"]))
        if "email" in who:
            return self._prioritized(self._world.people.with_email(who["email"]), who)
        return self._prioritized(self._world.people.with_phone(who["phone"]), who)

    def _prioritized(self, people: Sequence[Person], who: Json) -> Person | None:
        may_skip = self._world.unknowns.unmatched_priority == "skipped"
        return prioritized(people, who["prioritization"], may_skip)

    def _absorb(self, kept: Person, gone: Person, now: int) -> None:
        """What `kept` has stays, gaps are filled, and `gone` is no more.

        An address that `kept` takes over brings its state: it hangs on the address.
        """
        fill_gaps(kept, gone)
        for channel, mine, theirs in (
            ("email", kept.email, gone.email),
            ("sms", kept.phone, gone.phone),
        ):
            if mine is None and theirs is not None:
                self._world.states.move(kept, channel, theirs, now)
        self._world.states.adopt(kept, now)
        self._world.states.inherit(kept, gone)
        self._world.states.forget(gone)
        self._world.people.remove(gone)
        self._world.people.touch(kept)

    def delete(self, body: Mapping[str, Sequence[Any]]) -> Answer:
        """Who is meant now is marked, and not merged any more; who is meant later is deleted."""
        if not body or (len(body) > 1 and self._world.unknowns.delete_kinds == "one"):
            return REFUSED
        items = [{WHO[kind]: each} if kind in WHO else each for kind in body for each in body[kind]]
        marked = [each for each in map(self._meant, items) if each is not None]
        for each in marked:
            each.deletions += 1
        self._world.accept(
            self._world.unknowns.deletion_lag, partial(self._delete_all, items, marked)
        )
        return Answer(201, {"deleted": len(items), "message": "success"})

    def _delete_all(self, items: Sequence[Json], marked: Sequence[Person], _now: int) -> None:
        for each in marked:
            each.deletions -= 1
        for item in items:
            person = self._meant(item)
            if person is not None:
                self._world.states.forget(person)
                self._world.people.remove(person)
