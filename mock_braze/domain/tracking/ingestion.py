"""What `/users/track` takes and what it refuses; what is taken is queued (see `writes.py`)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.errors import NothingUsable, TooManyObjects
from mock_braze.domain.state import State
from mock_braze.domain.tracking.attributes import check_attributes, group_states, shape_of
from mock_braze.domain.tracking.custom_attributes import is_nested
from mock_braze.domain.tracking.events import read_event, read_purchase
from mock_braze.domain.tracking.nested_objects import has_bad_value
from mock_braze.domain.tracking.object_faults import BadObject, ObjectError, ObjectFault
from mock_braze.domain.tracking.writes import Update, Write, announce_addresses, sent_addresses
from mock_braze.domain.unknown_members import warn_of_misspelt_members
from mock_braze.domain.users.identity import (
    BrazeId,
    ExternalId,
    Identifier,
    UserAlias,
    identifier_of,
)
from mock_braze.domain.users.profile_fields import RESERVED
from mock_braze.domain.users.push_tokens import is_token_import, push_tokens

ARRAYS = ("attributes", "events", "purchases")
# The values of the dial `track_object_limit`: how many objects, and whether in each array.
OBJECT_LIMITS = {"75_combined": (75, False), "50_combined": (50, False), "75_per_array": (75, True)}
BULK_OBJECTS = 1_000
BULK_OBJECTS_OF_A_PROFILE = 100


@dataclass(slots=True)
class TrackRequest:
    """The three arrays of `/users/track`; an array that was not sent is empty."""

    attributes: Sequence[Any] = ()
    events: Sequence[Any] = ()
    purchases: Sequence[Any] = ()

    def __len__(self) -> int:
        return len(self.attributes) + len(self.events) + len(self.purchases)

    def longest(self) -> int:
        """How many objects the longest array has."""
        return max(len(self.attributes), len(self.events), len(self.purchases))


@dataclass(slots=True)
class TrackAccepted:
    """How many objects of each array were queued, and which were refused."""

    processed: Mapping[str, int]
    errors: tuple[ObjectError, ...]


def accept_track(state: State, request: TrackRequest, number: int) -> TrackAccepted:
    """Queue what is good of a request and say what is not. `number` is its journal entry.

    Raises:
        TooManyObjects: more objects than the workspace's contract allows.
        NothingUsable: there is no good object.

    Facts: success-only-means-queued, track-partial-errors, track-nothing-usable,
        order-within-a-track-request
    """
    _check_size(request, state.dials.track_object_limit)
    write, accepted = read_write(state, request, number)
    _queue(state, write)
    return accepted


def accept_bulk(state: State, request: TrackRequest, number: int) -> TrackAccepted:
    """The same for `/users/track/bulk`, with its own limits.

    Raises:
        TooManyObjects: over 1,000 objects, or over 100 for one profile.
        NothingUsable: there is no good object.

    Facts: bulk-limits
    """
    if len(request) > BULK_OBJECTS:
        raise TooManyObjects
    write, accepted = read_write(state, request, number)
    counted = Counter(update.identifier for update in write.updates)
    if max(counted.values()) > BULK_OBJECTS_OF_A_PROFILE:
        raise TooManyObjects
    _queue(state, write)
    return accepted


def read_write(state: State, request: TrackRequest, number: int) -> tuple[Write, TrackAccepted]:
    """What a request comes to: the write to make of its good objects, and what to answer.

    Raises:
        NothingUsable: there is no good object.
    """
    now = state.clock.now()
    updates: list[Update] = []
    errors: list[ObjectError] = []
    processed: dict[str, int] = {}
    for array in ARRAYS:
        items = getattr(request, array)
        if not items:
            continue
        before = len(updates)
        # Inferred: the objects of one array are applied in its order (order-within-an-array)
        for index, item in enumerate(items):
            try:
                updates.append(_read_update(state, array, item, now))
            except BadObject as bad:
                # Inferred: nothing of a bad object is applied (bad-object-is-dropped-whole)
                errors.append(ObjectError(bad.fault, array, index, bad.says))
        if len(updates) > before:
            processed[array] = len(updates) - before
    if not updates:
        raise NothingUsable(errors)
    if request.attributes:
        _warn_of_misspelt_fields(state, request.attributes, number)
    drops_nested = _has_bad_nested_value(updates)
    write = Write(state.writes_accepted + 1, number, now, tuple(updates), drops_nested)
    return write, TrackAccepted(processed, tuple(errors))


def _check_size(request: TrackRequest, limit: str) -> None:
    most, is_per_array = OBJECT_LIMITS[limit]
    if len(request) > most and not (is_per_array and request.longest() <= most):
        raise TooManyObjects


def _read_update(state: State, array: str, item: object, now: datetime) -> Update:
    if not isinstance(item, dict):
        raise BadObject(ObjectFault.IDENTIFIER_REQUIRED)
    if array == "attributes" and "push_token_import" in item and is_token_import(item):
        check_attributes(item)
        return Update(push_tokens(item)[0], True, item, sent_addresses(item))
    identifier = identifier_of(item)
    if state.blocked_external_ids and _is_blocked(state, identifier):
        raise BadObject(ObjectFault.BLACKLISTED_EXTERNAL_USER_ID)
    if array == "attributes":
        check_attributes(item)
        if "subscription_groups" in item:
            _check_groups(state, item)
        return Update(identifier, _creates(identifier, item), item, sent_addresses(item))
    creates = _creates(identifier, item)
    if isinstance(identifier, UserAlias) and state.dials.alias_events == "drop":
        creates = False
    read = read_event if array == "events" else read_purchase
    content = read(item, now, state.dials)
    return Update(identifier, creates, content)


def _is_blocked(state: State, identifier: Identifier) -> bool:
    return isinstance(identifier, ExternalId) and identifier.value in state.blocked_external_ids


def _check_groups(state: State, item: Mapping[str, Any]) -> None:
    if any(each.group_id not in state.subscriptions.groups for each in group_states(item)):
        raise BadObject(ObjectFault.BAD_SUBSCRIPTION_GROUP_ID)


def _creates(identifier: Identifier, item: Mapping[str, Any]) -> bool:
    """Whether an object may make a profile that is not there.

    Facts: update-existing-only, alias-needs-update-only-false, unknown-braze-id-makes-nothing
    """
    if isinstance(identifier, BrazeId):
        return False
    update_only = item.get("_update_existing_only")
    return not isinstance(identifier, UserAlias) if update_only is None else update_only is False


def _has_bad_nested_value(updates: Sequence[Update]) -> bool:
    for update in updates:
        item = update.content
        if isinstance(item, dict):
            for name, value in item.items():
                is_own = isinstance(value, (dict, list)) and name not in RESERVED
                if is_own and is_nested(value) and has_bad_value(value):
                    return True
    return False


def _warn_of_misspelt_fields(state: State, attributes: Sequence[Any], number: int) -> None:
    for item in attributes:
        if isinstance(item, dict) and (names := shape_of(item).custom):
            warn_of_misspelt_members(state, names, RESERVED, number)


def announce(state: State, write: Write) -> None:
    """Count a write as accepted and its addresses as coming; applying it takes them back."""
    state.writes_accepted = write.number
    announce_addresses(state, write)


def _queue(state: State, write: Write) -> None:
    announce(state, write)
    state.agenda.add(state.readable_at(write.accepted_at), write)
