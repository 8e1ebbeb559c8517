"""Accepted writes: what each does to the profile it finds, or makes, once it is readable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mock_braze.domain.agenda import Due
from mock_braze.domain.campaigns.update_triggers import before_update, fire_update
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect, WriteSettled
from mock_braze.domain.messages.content_cards import remove_cards
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.change_source import ChangeSource
from mock_braze.domain.subscriptions.global_email_state import set_email_state
from mock_braze.domain.subscriptions.orphan_states import adopt_states
from mock_braze.domain.subscriptions.subscription_changes import set_group_state
from mock_braze.domain.tracking.attributes import group_states, shape_of
from mock_braze.domain.tracking.custom_attributes import change_attribute, is_nested
from mock_braze.domain.tracking.events import CustomEvent, Purchase
from mock_braze.domain.users.address_changes import readdress
from mock_braze.domain.users.addresses import (
    Address,
    AddressKind,
    is_like_a_phone,
    stored_email,
    stored_phone,
)
from mock_braze.domain.users.creation import create_profile
from mock_braze.domain.users.identity import (
    Email,
    ExternalId,
    Identifier,
    Phone,
    UserAlias,
    kind_of,
    written,
)
from mock_braze.domain.users.profile import Profile, Tally, finite, preferred
from mock_braze.domain.users.profile_fields import set_field
from mock_braze.domain.users.push_tokens import PushToken, push_tokens


# What is made for every call is not frozen: freezing makes making it four times as dear.
@dataclass(slots=True)
class Update:
    """One queued object: where it goes, whether it may create, and what it carries.

    `addresses` is what it does to the profile's email and phone, in stored form; None removes one.
    """

    identifier: Identifier | PushToken
    creates: bool
    content: "Mapping[str, Any] | CustomEvent | Purchase"
    addresses: "Mapping[AddressKind, str | None]" = field(default_factory=dict)


@dataclass(slots=True)
class Write(Due):
    """One accepted request; `number` counts accepted writes, `request` is its journal entry.

    `drops_nested`: one bad value within a nested attribute costs the request all nested updates.
    """

    number: int
    request: int
    accepted_at: datetime
    updates: tuple[Update, ...]
    drops_nested: bool
    source: ChangeSource | None = ChangeSource.REST_API  # None is before anything can trigger

    def settle(self, state: State, at: datetime) -> None:
        apply_write(state, self, at)


def sent_addresses(item: Mapping[str, Any]) -> dict[AddressKind, str | None]:
    """The email and phone an attributes object sets, in stored form; None removes one.

    Facts: email-stored-lower-case, phone-normalisation
    """
    sent: dict[AddressKind, str | None] = {}
    if "email" in item:
        email = item["email"]
        sent[AddressKind.EMAIL] = None if email is None else stored_email(email)
    if "phone" in item:
        phone = item["phone"]
        if phone is None or isinstance(phone, str):
            sent[AddressKind.PHONE] = None if phone is None else stored_phone(phone)
    return sent


def announce_addresses(state: State, write: Write) -> None:
    """Count the addresses of an accepted write among those that are coming."""
    for update in write.updates:
        for kind, value in update.addresses.items():
            if value is not None:
                coming = state.coming_addresses[kind]
                coming[value] = coming.get(value, 0) + 1


def _take_back_addresses(state: State, write: Write) -> None:
    for update in write.updates:
        for kind, value in update.addresses.items():
            if value is not None:
                coming = state.coming_addresses[kind]
                if coming[value] == 1:
                    del coming[value]
                else:
                    coming[value] -= 1


def apply_write(state: State, write: Write, at: datetime) -> None:
    """Make an accepted write readable: its objects in order, each on the profile it finds."""
    _take_back_addresses(state, write)
    for update in write.updates:
        profile = _find(state, update.identifier, write)
        if profile is None and not _may_create(state, update):
            _drop(state, update, write, at)
            continue
        if profile is not None and profile.is_blocked:
            _drop_blocked(state, profile, update, write, at)
            continue
        old_email = None if profile is None else profile.email
        effect = Effect.PROFILE_CREATED if profile is None else Effect.PROFILE_UPDATED
        if profile is None:
            profile = create_profile(
                state, update.identifier, write.accepted_at, write.number, write.request, at
            )
        state.touch(profile)
        before = None
        if state.campaigns.listeners and write.source is not None:
            before = before_update(state, profile, old_email)
        _apply(state, profile, update, write, at)
        _tell(state, effect, profile, update, write, at)
        if profile.email != old_email:
            _warn_of_duplicates(state, profile, write, at)
        if effect is Effect.PROFILE_CREATED and profile.is_finished(at):
            adopt_states(state, profile, at, write.request)
        if before is not None:
            fire_update(state, profile, update.content, before, at, write.request)


def _may_create(state: State, update: Update) -> bool:
    """Whether an object makes a profile; the token of somebody who is there makes none.

    Facts: push-token-import, known-push-token-is-ignored
    """
    if isinstance(update.identifier, PushToken):
        return state.profiles.with_push_token(update.identifier) is None
    return update.creates


def _find(state: State, identifier: Identifier | PushToken, write: Write) -> Profile | None:
    if isinstance(identifier, ExternalId):
        return state.profiles.by_external_id(identifier.value)
    if isinstance(identifier, PushToken):
        return None
    found = state.profiles.find(identifier)
    if isinstance(identifier, (Email, Phone)) and (
        state.dials.concurrent_email_creations == "duplicate"
    ):
        # Inferred: a profile that was not readable yet when the write was accepted is missed
        # (concurrent-email-creations-duplicate)
        found = [
            each
            for each in found
            if each.created_by == write.number or each.created_at <= write.accepted_at
        ]
    return preferred(found)


def _apply(state: State, profile: Profile, update: Update, write: Write, at: datetime) -> None:
    match update.content:
        case CustomEvent(name, time):
            profile.custom_events.setdefault(name, Tally(time, time)).add(time)
            state.registry.see_event(name, time)
            if state.content_cards.by_profile:
                remove_cards(state, profile, update.content, at, write.request)
        case Purchase(product_id, time, price, quantity):
            profile.purchases.setdefault(product_id, Tally(time, time)).add(time, quantity)
            state.registry.see_purchase(product_id, quantity)
            profile.total_revenue = finite(profile.total_revenue + price * quantity)
            if state.content_cards.by_profile:
                remove_cards(state, profile, update.content, at, write.request)
        case item:
            for kind, value in update.addresses.items():
                readdress(state, profile, kind, value, at, write.request)
                if kind is AddressKind.PHONE and value and not is_like_a_phone(value):
                    says = f"written by {kind_of(update.identifier)} {written(update.identifier)}"
                    state.hazard(Hazard.unusable_phone, at, write.request, value, says)
            _apply_attributes(state, profile, item, write, at)


def _apply_attributes(
    state: State, profile: Profile, item: Mapping[str, Any], write: Write, at: datetime
) -> None:
    if "email_subscribe" in item:
        is_heard = write.source is not None
        value = item["email_subscribe"]
        set_email_state(state, profile, value, at, write.request, is_heard=is_heard)
    if "push_subscribe" in item:
        profile.push_subscribe = item["push_subscribe"]
    merge = item.get("_merge_objects") is True
    shape = shape_of(item)
    for name in shape.fields:
        value = item[name]
        if not set_field(profile.fields, name, value):
            says = f"{value!r:.100} is nothing that {name} can hold"
            state.hazard(Hazard.value_not_kept, at, write.request, name, says)
    for name in shape.custom:
        value = item[name]
        if not (write.drops_nested and is_nested(value)):
            change_attribute(state, profile, name, value, merge=merge)
    if "push_tokens" in item:
        _take_push_tokens(state, profile, item)
    if "subscription_groups" in item:
        for change in group_states(item):
            set_group_state(state, profile, change, at, write.request, write.source)


def _take_push_tokens(state: State, profile: Profile, item: Mapping[str, Any]) -> None:
    """Facts: push-tokens-attribute, null-removes"""
    if item["push_tokens"] is None:
        state.profiles.drop_push_tokens(profile)
    state.profiles.give_push_tokens(profile, push_tokens(item))


def _tell(
    state: State, effect: Effect, profile: Profile, update: Update, write: Write, at: datetime
) -> None:
    state.journal.add(
        WriteSettled(
            state.journal.next_number(), at, effect, write.request, profile.braze_id, profile.email,
            profile.phone, profile.external_id, kind_of(update.identifier),
        )
    )  # fmt: skip


def _warn_of_duplicates(state: State, profile: Profile, write: Write, at: datetime) -> None:
    if profile.email is None:
        return
    same = state.profiles.with_address(Address(AddressKind.EMAIL, profile.email))
    if len(same) > 1:
        says = f"{len(same)} profiles carry this email"
        state.hazard(Hazard.duplicate_email_profiles, at, write.request, profile.email, says)


def _drop(state: State, update: Update, write: Write, at: datetime) -> None:
    """Facts: dropped-updates-are-not-reported"""
    kind, named = kind_of(update.identifier), written(update.identifier)
    state.effect(Effect.UPDATE_DROPPED, at, write.request, by=kind, identifier=named)
    if isinstance(update.identifier, UserAlias):
        says = "no profile had this alias when the write was processed"
        state.hazard(Hazard.update_only_dropped, at, write.request, named, says)


def _drop_blocked(
    state: State, profile: Profile, update: Update, write: Write, at: datetime
) -> None:
    """Facts: oversized-profile-is-blocked"""
    state.effect(
        Effect.UPDATE_DROPPED, at, write.request, by=kind_of(update.identifier),
        identifier=written(update.identifier), blocked=profile.braze_id,
    )  # fmt: skip
