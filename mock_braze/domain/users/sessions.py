"""Sessions: somebody opens the app."""

from datetime import datetime

from mock_braze.domain.campaigns.entry import fire
from mock_braze.domain.campaigns.happenings import SessionStarted
from mock_braze.domain.journal import Effect
from mock_braze.domain.messages.sending import make_awaited_cards
from mock_braze.domain.state import State
from mock_braze.domain.users.profile import Profile


def start_session(state: State, profile: Profile, at: datetime, request: int) -> None:
    """A person starts a session, and sees the cards that wait for it.

    Facts: content-card-creation, session-trigger
    """
    profile.sessions += 1
    profile.fields.setdefault("date_of_first_session", at)
    profile.fields["date_of_last_session"] = at
    state.touch(profile)
    state.effect(Effect.SESSION_STARTED, at, request, braze_id=profile.braze_id)
    make_awaited_cards(state, profile, at)
    if state.campaigns.listeners:
        fire(state, profile, SessionStarted(), at, request)
