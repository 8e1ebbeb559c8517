"""POST /users/export/ids: who is found, and what the export tells of them."""

from typing import Any

from scenarios.model.answers import ANYTHING, Answer, Json
from scenarios.model.people import Person, alias_of
from scenarios.model.world import DAY, World


class Exports:
    """Looking at profiles."""

    def __init__(self, world: World) -> None:
        self._world = world

    def export(self, asked: Json) -> tuple[Answer, list[Person]]:
        """The answer with `users` left open, and who they are, in any order.

        Facts: export-answers-201, export-invalid-user-ids, export-nobody-found
        """
        found: list[Person | None] = []
        missing: list[Any] = []
        for each in asked.get("external_ids", ()):
            found.append(self._world.people.named(each))
            missing += [] if found[-1] else [each]
        for each in asked.get("user_aliases", ()):
            found.append(self._world.people.aliased(*alias_of(each)))
            missing += [] if found[-1] else [ANYTHING]
        for name, people in (
            ("email_address", self._world.people.with_email),
            ("phone", self._world.people.with_phone),
        ):
            if name in asked:
                found += people(asked[name])
                if not people(asked[name]) and self._world.unknowns.nobody_found == "listed":
                    missing.append(asked[name])
        users = [each for each in self._world.people.all if each in found]
        told = {"invalid_user_ids": missing} if missing else {}
        return Answer(201, {"users": ANYTHING, "message": "success", **told}), users

    def exported(self, person: Person) -> Json:
        """The members of the exported profile that the facts determine; empty ones are absent."""
        members: Json = {
            "external_id": person.external_id,
            "email": person.email,
            "phone": person.phone,
            "first_name": person.first_name,
            "custom_attributes": person.custom,
            "custom_events": self._event_counts(person),
        }
        told = {name: value for name, value in members.items() if value}
        told["user_aliases"] = [
            {"alias_name": name, "alias_label": label} for label, name in person.aliases.items()
        ]
        return told

    def _event_counts(self, person: Person) -> object:
        """Of the last 90 days; one of exactly that age may count or not.

        Facts: export-summarises-events, export-figures-of-events
        """
        ages = [(name, self._world.now - at) for name, at in person.events]
        if any(age == 90 * DAY for _, age in ages):
            return ANYTHING
        recent = [name for name, age in ages if age < 90 * DAY]
        counted = recent
        if self._world.unknowns.export_tallies == "whole":
            counted = [name for name, _ in ages]
        return {name: counted.count(name) for name in recent}
