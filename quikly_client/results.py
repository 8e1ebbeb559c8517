"""Braze's answers as values. What Braze reported beside a success is kept.

Each `read_…` takes a parsed body and raises UnexpectedAnswer when it is not as documented.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from quikly_client.errors import UnexpectedAnswer


@dataclass(frozen=True, slots=True)
class UserAlias:
    """A second name for a profile; a profile has at most one name per label."""

    alias_name: str
    alias_label: str


@dataclass(frozen=True, slots=True)
class TrackError:
    """One object that Braze left out while it accepted the others.

    `type` is a sentence or a code, so nothing may depend on its text.

    Facts: track-error-sentences, track-error-codes
    """

    type: str
    input_array: str | None
    index: int | None

    def __str__(self) -> str:
        place = f" ({self.input_array}[{self.index}])" if self.input_array is not None else ""
        return f"{self.type}{place}"


@dataclass(frozen=True, slots=True)
class TrackResult:
    """How many objects of each array were queued, and which were not.

    Facts: success-only-means-queued, track-partial-errors
    """

    attributes_processed: int
    events_processed: int
    purchases_processed: int
    errors: tuple[TrackError, ...]


@dataclass(frozen=True, slots=True)
class ExportedUser:
    """A profile as the export shows it; a value that Braze does not have is None.

    Facts: export-omits-empty-fields
    """

    external_id: str | None
    braze_id: str | None
    user_aliases: tuple[UserAlias, ...]
    email: str | None
    phone: str | None
    created_at: datetime | None


class SubscriptionState(StrEnum):
    """The state in one subscription group, in the spelling of requests."""

    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    UNKNOWN = "unknown"


def read_track_result(body: Any) -> TrackResult:
    """The counts of a `/users/track` answer; an array that was not sent counts 0."""
    members = _object(body, "the answer to a track")
    return TrackResult(
        attributes_processed=_count(members, "attributes_processed"),
        events_processed=_count(members, "events_processed"),
        purchases_processed=_count(members, "purchases_processed"),
        errors=tuple(_track_error(item) for item in _error_items(members)),
    )


def read_exported_users(body: Any) -> tuple[ExportedUser, ...]:
    """Every profile of an export, in Braze's order, which means nothing.

    Facts: export-nobody-found
    """
    users = _object(body, "an export").get("users")
    if not isinstance(users, list):
        raise UnexpectedAnswer("an export has no list of users")
    return tuple(_exported_user(_object(user, "an exported user")) for user in users)


def read_subscription_state(body: Any) -> SubscriptionState:
    """The only state in the `status` map, whatever its key.

    Facts: status-key-of-phone-queries, status-unknown-is-lower-case
    """
    states = _object(_object(body, "a subscription status").get("status"), "its status map")
    if len(states) != 1:
        raise UnexpectedAnswer(f"a status map for one number holds {len(states)} states")
    state = next(iter(states.values()))
    if not isinstance(state, str) or state.lower() not in set(SubscriptionState):
        raise UnexpectedAnswer(f"a subscription state is {state!r}")
    return SubscriptionState(state.lower())


def _error_items(members: Mapping[str, Any]) -> list[Any]:
    """An `errors` member of another form than a list is kept as well, as one error."""
    errors = members.get("errors")
    if errors is None:
        return []
    return errors if isinstance(errors, list) else [errors]


def _track_error(item: Any) -> TrackError:
    if not isinstance(item, Mapping):
        return TrackError(str(item), None, None)
    array, index = item.get("input_array"), item.get("index")
    return TrackError(
        type=str(item.get("type") or dict(item)),
        input_array=array if isinstance(array, str) else None,
        index=index if isinstance(index, int) else None,
    )


def _exported_user(members: Mapping[str, Any]) -> ExportedUser:
    user = ExportedUser(
        external_id=_text(members, "external_id"),
        braze_id=_text(members, "braze_id"),
        user_aliases=_aliases(members.get("user_aliases")),
        email=_text(members, "email"),
        phone=_text(members, "phone"),
        created_at=_moment(_text(members, "created_at")),
    )
    if not (user.external_id or user.braze_id or user.user_aliases or user.email):
        raise UnexpectedAnswer("an exported user has no external_id, braze_id, alias or email")
    return user


def _aliases(items: Any) -> tuple[UserAlias, ...]:
    if items is None:
        return ()
    if not isinstance(items, list):
        raise UnexpectedAnswer("the user_aliases of an exported user are no list")
    return tuple(_alias(_object(item, "an exported alias")) for item in items)


def _alias(members: Mapping[str, Any]) -> UserAlias:
    name, label = _text(members, "alias_name"), _text(members, "alias_label")
    if name is None or label is None:
        raise UnexpectedAnswer("an exported alias lacks its name or label")
    return UserAlias(name, label)


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UnexpectedAnswer(f"{what} is no JSON object")
    return value


def _count(members: Mapping[str, Any], name: str) -> int:
    count = members.get(name, 0)
    if not isinstance(count, int) or isinstance(count, bool):
        raise UnexpectedAnswer(f"{name} is no number")
    return count


def _text(members: Mapping[str, Any], name: str) -> str | None:
    """A missing, null or empty member alike means that Braze has no value."""
    value = members.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise UnexpectedAnswer(f"{name} of an exported object is no text")
    return value


def _moment(text: str | None) -> datetime | None:
    """`2020-06-17T20:01:33.385Z` as recorded, or `2020-07-10 15:00:00.000 UTC` as printed."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.removesuffix(" UTC"))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None  # it only orders profiles and times a wait: no reason for a journey to fail
