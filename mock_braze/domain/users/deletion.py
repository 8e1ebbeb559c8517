"""Deleting profiles: accepted by any of five kinds of identifier, gone after a lag."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mock_braze.domain.agenda import Due
from mock_braze.domain.errors import NoItems, SeveralKindsToDelete, TooManyUsers
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.subscription_changes import forget_states_of
from mock_braze.domain.tracking.item_faults import ItemError
from mock_braze.domain.tracking.items import check_count, members_of, read_items, required
from mock_braze.domain.users.addresses import stored_email, stored_phone
from mock_braze.domain.users.identity import (
    BrazeId,
    Email,
    Phone,
    identifier_text,
    read_alias,
    read_external_id,
    written,
)
from mock_braze.domain.users.prioritization import (
    DELETION_PRIORITIES,
    NotSingledOut,
    Target,
    read_email,
    read_phone,
    single_out,
)
from mock_braze.domain.users.profile import Profile

READERS: Mapping[str, Callable[[Any], Target]] = {
    "external_ids": lambda item: Target(required(read_external_id(item))),
    "user_aliases": lambda item: Target(required(read_alias(item))),
    "braze_ids": lambda item: Target(BrazeId(required(identifier_text(item) or None))),
    "email_addresses": lambda item: read_email(members_of(item), DELETION_PRIORITIES),
    "phone_numbers": lambda item: read_phone(members_of(item), DELETION_PRIORITIES),
}
# An address without a choice among those who have it, as the page's schema has it.
STRING_READERS: Mapping[str, Callable[[str], Target]] = {
    "email_addresses": lambda text: Target(Email(stored_email(text))),
    "phone_numbers": lambda text: Target(Phone(stored_phone(text))),
}


@dataclass(frozen=True, slots=True)
class Deletion(Due):
    """One accepted deletion; `marked` is the profile that it meant when it was accepted."""

    target: Target
    request: int
    marked: str = ""

    def settle(self, state: State, at: datetime) -> None:
        """Facts: delete-needs-one-match, repeated-deletion-is-harmless"""
        marked = state.profiles.by_braze_id(self.marked)
        if marked is not None:
            marked.pending_deletions -= 1
        found = single_out(state, self.target)
        if not isinstance(found, NotSingledOut):
            delete_profile(state, found, at, self.request)
        elif not self.marked or marked is not None:
            subject = written(self.target.identifier)
            state.hazard(
                Hazard.deletion_without_effect, at, self.request, subject, found.why
            )  # fmt: skip


def accept_deletions(
    state: State, arrays: Mapping[str, Sequence[Any]], request: int
) -> tuple[int, list[ItemError]]:
    """Queue what is good of a request; how many that is, and what is wrong with the rest.

    Raises:
        NoItems, SeveralKindsToDelete, TooManyUsers: of the request.

    Facts: delete-takes-one-kind, delete-counts-items, delete-by-address, deletion-lag
    """
    sent = {name: items for name, items in arrays.items() if items}
    if not sent:
        raise NoItems(*READERS)
    if len(sent) > 1 and state.dials.delete_kinds == "one":
        raise SeveralKindsToDelete
    check_count([item for items in sent.values() for item in items], TooManyUsers)
    errors: list[ItemError] = []
    targets = [
        target
        for name, items in sent.items()
        for target in read_items(items, name, _reader(state, name), errors)
    ]
    for target in targets:
        deletion = Deletion(target, request, _marked(state, target))
        state.agenda.add(state.clock.now() + state.dials.deletion_lag, deletion)
    return len(targets), errors


def _reader(state: State, name: str) -> Callable[[Any], Target]:
    """Facts: delete-addresses-are-objects"""
    read = READERS[name]
    if name not in STRING_READERS or state.dials.delete_addresses == "objects":
        return read
    of_text = STRING_READERS[name]
    return lambda item: of_text(item) if isinstance(item, str) and item else read(item)


def _marked(state: State, target: Target) -> str:
    found = single_out(state, target)
    if isinstance(found, NotSingledOut):
        return ""
    found.pending_deletions += 1
    return found.braze_id


def delete_profile(state: State, profile: Profile, at: datetime, request: int) -> None:
    """Facts: delete-by-deprecated-id, states-die-with-the-last-holder"""
    state.effect(
        Effect.PROFILE_DELETED, at, request, braze_id=profile.braze_id, email=profile.email,
        phone=profile.phone, external_id=profile.external_id,
    )  # fmt: skip
    remove_profile(state, profile, at, request)


def remove_profile(state: State, profile: Profile, at: datetime, request: int) -> None:
    """Take a profile out, with the states of addresses that nobody else has.

    Facts: states-die-with-the-last-holder
    """
    forget_states_of(state, profile, at, request)
    state.campaigns.forget(profile.braze_id)
    state.profiles.remove(profile)
