"""Whom a change reaches of the many profiles that may share an email or a phone."""

from datetime import datetime

from mock_braze.domain.hazards import Hazard
from mock_braze.domain.state import State
from mock_braze.domain.users.addresses import Address
from mock_braze.domain.users.profile import Profile

MOST_REACHED = 100


def spread(
    state: State, address: Address, named: Profile | None, at: datetime, request: int
) -> tuple[list[Profile], list[Profile]]:
    """The holders of an address that a change reaches, and those that it leaves behind.

    Facts: change-reaches-all-holders, whom-a-change-reaches
    """
    holders = state.profiles.with_address(address)
    if len(holders) <= MOST_REACHED or state.dials.address_spread == "everybody":
        return holders, []
    # Inferred: the profile that was named, then those that have had the address for longest
    # (whom-a-change-reaches)
    if named is not None:
        holders = [named, *(each for each in holders if each is not named)]
    says = f"{len(holders)} profiles carry this address"
    state.hazard(Hazard.change_left_profiles_behind, at, request, address.value, says)
    return holders[:MOST_REACHED], holders[MOST_REACHED:]
