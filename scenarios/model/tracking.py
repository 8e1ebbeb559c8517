"""POST /users/track: whom an object means, whether it makes somebody, and what it writes."""

from collections.abc import Mapping, Sequence
from functools import partial

from scenarios.model.answers import ANYTHING, Answer, Json
from scenarios.model.people import Person, alias_of, preferred
from scenarios.model.world import World, stored_phone

NOTHING_USABLE = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields."


class Tracking:
    """Writes to profiles."""

    def __init__(self, world: World) -> None:
        self._world = world

    def track(self, body: Mapping[str, Sequence[Json]]) -> Answer:
        """Facts: track-partial-errors, track-nothing-usable, order-within-a-track-request"""
        counts: Json = {}
        errors: list[Json] = []
        good: list[tuple[str, Json]] = []
        for name in ("attributes", "events"):
            items = body.get(name, ())
            for index, item in enumerate(items):
                if _is_usable(item):
                    good.append((name, item))
                    counts[f"{name}_processed"] = counts.get(f"{name}_processed", 0) + 1
                else:
                    errors.append({"type": ANYTHING, "input_array": name, "index": index})
        told = {"errors": errors} if errors else {}
        if not good:
            return Answer(400, {"message": NOTHING_USABLE, **told})
        number = self._world.next_number
        self._world.accept(
            self._world.unknowns.ingestion_lag,
            partial(self._write_all, good, self._world.now, number),
        )
        return Answer(201, {**counts, "message": "success", **told})

    def _write_all(
        self, items: list[tuple[str, Json]], accepted: int, number: int, now: int
    ) -> None:
        for array, item in items:
            person = self._addressed(item, accepted, number)
            if person is None and self._creates(item, array):
                person = self._create(item, accepted, number, now)
            if person is not None:
                self._world.people.touch(person)
                self._write(person, array, item, accepted, now)

    def _addressed(self, item: Json, accepted: int, number: int) -> Person | None:
        if "external_id" in item:
            return self._world.people.named(str(item["external_id"]))
        if "user_alias" in item:
            return self._world.people.aliased(*alias_of(item["user_alias"]))
        if "braze_id" in item:
            return self._world.people.with_braze_id(item["braze_id"])
        if "email" in item:
            found = self._world.people.with_email(item["email"].lower())
        else:
            found = self._world.people.with_phone(stored_phone(item["phone"]))
        if self._world.unknowns.concurrent_email_creations == "duplicate":
            found = [each for each in found if each.readable <= accepted or each.made_by == number]
        return preferred(found)

    def _creates(self, item: Json, array: str) -> bool:
        """Whether an object about nobody makes somebody.

        Facts: update-existing-only, alias-needs-update-only-false, alias-events-are-update-only
        """
        if "user_alias" in item:
            asked = item.get("_update_existing_only", True) is False
            return asked and (
                array == "attributes" or self._world.unknowns.alias_events == "create"
            )
        if "braze_id" in item:
            return False
        return not item.get("_update_existing_only", False)

    def _create(self, item: Json, accepted: int, number: int, now: int) -> Person:
        person = self._world.someone(accepted, number, now)
        if "external_id" in item:
            person.external_id = str(item["external_id"])
        elif "user_alias" in item:
            label, name = alias_of(item["user_alias"])
            person.aliases = {label: name}
        return person

    def _write(self, person: Person, array: str, item: Json, accepted: int, now: int) -> None:
        if "email" in item:
            self._world.move(person, "email", item["email"], now)
        if "phone" in item:
            self._world.move(person, "sms", item["phone"], now)
        if array == "events":
            person.events.append((item["name"], accepted))
            return
        if "first_name" in item:
            person.first_name = item["first_name"]
        _write_custom(person, item)
        for each in item.get("subscription_groups", ()):
            group = self._world.states.groups.get(each["subscription_group_id"])
            if group is not None:
                flag = each.get("use_double_opt_in_logic", False)
                self._world.states.set_in_track(
                    group, person, each["subscription_state"], flag, now
                )


def _write_custom(person: Person, item: Json) -> None:
    """`color` is set or removed, `points` go up and down.

    Facts: null-removes, custom-attribute-inc
    """
    if "color" in item:
        person.custom.pop("color", None)
        if item["color"] is not None:
            person.custom["color"] = item["color"]
    if "points" in item:
        person.custom["points"] = person.custom.get("points", 0) + item["points"]["inc"]


def _is_usable(item: Json) -> bool:
    """Facts: identifier-required, one-primary-identifier-per-object, email-syntax"""
    primaries = [each for each in ("external_id", "user_alias", "braze_id") if each in item]
    if len(primaries) > 1 or not (primaries or "email" in item or "phone" in item):
        return False
    if "email" in item and item["email"] is not None and "@" not in item["email"]:
        return False
    if item.get("email_subscribe", "subscribed") not in ("opted_in", "subscribed", "unsubscribed"):
        return False
    return all(
        each.get("subscription_state") in ("subscribed", "unsubscribed")
        for each in item.get("subscription_groups", ())
    )
