"""States that no finished profile has taken: kept for 30 days, adopted by who gets the address."""

from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.agenda import Due
from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.double_opt_in import void
from mock_braze.domain.subscriptions.subscription import ORPHAN_LIFE, Holder
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import BrazeId
from mock_braze.domain.users.profile import Profile


@dataclass(frozen=True, slots=True)
class OrphanExpired(Due):
    """No profile took an orphan state within its 30 days."""

    group_id: str
    address: Address
    since: datetime
    request: int

    def settle(self, state: State, at: datetime) -> None:
        expire_orphan(state, self, at)


def orphan_state(
    state: State, group_id: str, holder: Holder, value: str, at: datetime, request: int
) -> None:
    """Keep a state for whoever will be able to take it.

    Facts: orphan-states-live-30-days
    """
    void(state, group_id, holder, at, request)
    state.subscriptions.put(group_id, holder, value, orphan_since=at)
    state.effect(
        Effect.STATE_ORPHANED, at, request,
        group_id=group_id, subscriber=holder.value, state=value,
    )  # fmt: skip
    if isinstance(holder, Address):
        state.agenda.add(at + ORPHAN_LIFE, OrphanExpired(group_id, holder, at, request))


def adopt_states(state: State, profile: Profile, at: datetime, request: int) -> None:
    """Give a finished profile the orphan states of its addresses.

    Facts: orphan-adopted-by-new-holder
    """
    holders: list[Holder] = [BrazeId(profile.braze_id)]
    holders += [each for kind in AddressKind if (each := profile.address(kind)) is not None]
    for holder in holders:
        for group_id, held in state.subscriptions.held_by(holder):
            if held.orphan_since is not None:
                held.orphan_since = None
                state.effect(
                    Effect.STATE_ADOPTED, at, request, group_id=group_id,
                    subscriber=holder.value, braze_id=profile.braze_id, state=held.state,
                )  # fmt: skip


def leave_states(state: State, address: Address | None, at: datetime, request: int) -> None:
    """A profile no longer has `address`: if nobody has it now, its states wait for somebody.

    Facts: orphan-states-live-30-days
    """
    if address is None or state.profiles.with_address(address):
        return
    for group_id, held in list(state.subscriptions.held_by(address)):
        if held.orphan_since is None:
            orphan_state(state, group_id, address, held.state, at, request)
        else:  # it was kept for this profile, perhaps beyond its time
            expiry = OrphanExpired(group_id, address, held.orphan_since, request)
            state.agenda.add(max(at, held.orphan_since + ORPHAN_LIFE), expiry)


def expire_orphan(state: State, expiry: OrphanExpired, at: datetime) -> None:
    """Delete a state that no profile took; one set anew since then has an expiry of its own.

    A profile that carries the address by now takes it over when it is finished.

    Facts: orphan-states-live-30-days, orphan-adopted-by-new-holder
    """
    held = state.subscriptions.get(expiry.group_id, expiry.address)
    has_heir = bool(state.profiles.with_address(expiry.address))
    if held is not None and held.orphan_since == expiry.since and not has_heir:
        state.subscriptions.drop(expiry.group_id, expiry.address)
        state.effect(
            Effect.STATE_EXPIRED, at, expiry.request,
            group_id=expiry.group_id, subscriber=expiry.address.value,
        )  # fmt: skip
