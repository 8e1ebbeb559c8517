"""`/users/track/sync`: one object, processed before it is answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mock_braze.domain.dates import in_wire_form, write_time
from mock_braze.domain.errors import TooManyObjects
from mock_braze.domain.state import State
from mock_braze.domain.tracking.events import CustomEvent, Purchase
from mock_braze.domain.tracking.ingestion import TrackRequest, announce, read_write
from mock_braze.domain.tracking.writes import Update, apply_write
from mock_braze.domain.users.exported_user import MEMBERS
from mock_braze.domain.users.identity import Identifier, UserAlias, kind_of
from mock_braze.domain.users.profile import Profile, Tally, preferred
from mock_braze.domain.users.profile_fields import IDENTIFIERS, RESERVED
from mock_braze.domain.users.push_tokens import PushToken

# The fields of a profile that exports show, under the same names.
FIELD_NAMES = (RESERVED - IDENTIFIERS | {"email", "phone"}) & MEMBERS.keys()


@dataclass(frozen=True, slots=True)
class Synced:
    """The one object, and the profile it reached or made; None if there was none to reach."""

    update: Update
    profile: Profile | None


def track_at_once(state: State, request: TrackRequest, number: int) -> Synced:
    """Apply the one object of a request now. `number` is its journal entry.

    Raises:
        TooManyObjects: more than one object.
        NothingUsable: no object, or a bad one.

    Facts: sync-takes-one-object
    """
    if len(request) > 1:
        raise TooManyObjects
    write, _ = read_write(state, request, number)
    announce(state, write)
    apply_write(state, write, write.accepted_at)
    (update,) = write.updates
    return Synced(update, _reached(state, update.identifier))


def _reached(state: State, identifier: Identifier | PushToken) -> Profile | None:
    if isinstance(identifier, PushToken):
        return state.profiles.with_push_token(identifier)
    return preferred(state.profiles.find(identifier))


def resulting_members(synced: Synced) -> list[dict[str, Any]]:
    """The profile as the answer tells it: its identifier, and what the object was about.

    Facts: sync-answers-with-results, sync-nobody-matched
    """
    if synced.profile is None:
        return []
    identifier = _identifier(synced.update.identifier)
    return [{**identifier, **dict(_results(synced.profile, synced.update.content))}]


def _identifier(identifier: Identifier | PushToken) -> dict[str, Any]:
    match identifier:
        case PushToken():
            return {}
        case UserAlias(name, label):
            return {"user_alias": {"alias_name": name, "alias_label": label}}
        case _:
            return {kind_of(identifier): identifier.value}


def _results(
    profile: Profile, content: "Mapping[str, Any] | CustomEvent | Purchase"
) -> Iterator[tuple[str, Any]]:
    match content:
        case CustomEvent(name):
            yield "custom_events", _told("name", name, profile.custom_events)
        case Purchase(product_id):
            yield "purchase_events", _told("product_id", product_id, profile.purchases)
        case Mapping():
            # Inferred: only custom attributes are shown in Braze's samples; a field of the
            # profile comes under its name in exports (sync-answers-with-fields)
            for name in content:
                if name in FIELD_NAMES:
                    yield name, MEMBERS[name](profile)
            named = [name.strip() for name in content if name not in RESERVED]
            held = profile.custom_attributes
            if named:
                yield "custom_attributes", {each: in_wire_form(held.get(each)) for each in named}


def _told(member: str, name: str, tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    """What the profile has of this name: one entry, or none if even this was dropped."""
    return [
        {
            member: name,
            "first": write_time(tally.first),
            "last": write_time(tally.last),
            "count": tally.count,
        }
        for tally in (tallies.get(name),)
        if tally is not None
    ]
