"""Making a profile: readable at once, finished when its creation lag has passed."""

from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.agenda import Due
from mock_braze.domain.journal import Effect
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.global_email_state import take_email_state
from mock_braze.domain.subscriptions.orphan_states import adopt_states
from mock_braze.domain.users.identity import Email, ExternalId, Identifier, Phone, UserAlias
from mock_braze.domain.users.profile import Profile
from mock_braze.domain.users.push_tokens import PushToken


@dataclass(frozen=True, slots=True)
class ProfileFinished(Due):
    """A profile's creation lag has passed."""

    braze_id: str
    request: int

    def settle(self, state: State, at: datetime) -> None:
        profile = state.profiles.by_braze_id(self.braze_id)
        if profile is None:  # deleted or merged away meanwhile
            return
        state.effect(Effect.PROFILE_FINISHED, at, self.request, braze_id=profile.braze_id)
        adopt_states(state, profile, at, self.request)


def create_profile(
    state: State,
    identifier: Identifier | PushToken,
    accepted_at: datetime,
    number: int,
    request: int,
    at: datetime,
    *,
    is_finished: bool = False,
) -> Profile:
    """A new profile with the one name by which it was asked for.

    `number` counts accepted writes, `request` is the journal entry of the one that makes it.
    `is_finished`: nothing of it is still to be made.

    Facts: new-profiles-appear-late
    """
    finished_at = at if is_finished else max(at, accepted_at + state.dials.creation_lag)
    profile = Profile(
        braze_id=state.seeds.braze_id(),
        created_at=at,
        finished_at=finished_at,
        created_by=number,
        updated_at=state.updates_applied,
        random_bucket=state.seeds.random_bucket(),
    )
    match identifier:
        case ExternalId(value):
            profile.external_id = value
        case UserAlias() as alias:
            profile.user_aliases[alias.alias_label] = alias
        case Email(value):
            profile.email = value
        case Phone(value):
            # Inferred: as for an email (unknown-phone-makes-phone-only-profile)
            profile.phone = value
    state.profiles.add(profile)
    if profile.email is not None:
        take_email_state(state, profile, _others(state, profile), at)
    if finished_at > at:
        state.agenda.add(finished_at, ProfileFinished(profile.braze_id, request))
    return profile


def _others(state: State, profile: Profile) -> list[Profile]:
    holders = state.profiles.find(Email(str(profile.email)))
    return [each for each in holders if each is not profile]
