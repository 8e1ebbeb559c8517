"""User updates: a Canvas step writes to the profile, by the rules of `/users/track`."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_braze.domain.campaigns.campaign import Campaign, UserUpdate
from mock_braze.domain.campaigns.refusals import name_of
from mock_braze.domain.errors import NothingUsable
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.liquid.rendering import Rendered, Surroundings, render
from mock_braze.domain.liquid.scope import scope_of
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.change_source import ChangeSource
from mock_braze.domain.tracking.ingestion import ARRAYS, TrackRequest, announce, read_write
from mock_braze.domain.tracking.writes import apply_write
from mock_braze.domain.users.profile import Profile


class BadUpdate(ValueError):
    """A rendered update that is no body of `/users/track`."""


def update_user(
    state: State,
    canvas: Campaign,
    step: UserUpdate,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
) -> None:
    """Render the step for a profile and apply what it says, before the next step is taken.

    Facts: user-update-step, user-update-comes-before-the-next-step
    """
    try:
        applied, refused = _apply(state, step, profile, occasion, at, source)
    except BadUpdate as bad:
        applied, refused = 0, [str(bad)]
    state.effect(
        Effect.CANVAS_STEP_DONE, at, source.request, canvas_id=canvas.id, canvas=canvas.name,
        braze_id=profile.braze_id, step=step.name, applied=applied, refused=refused,
    )  # fmt: skip
    for says in refused:
        hazard = Hazard.canvas_update_without_effect
        told = f"Canvas {canvas.name!r}: {says}"
        state.hazard(hazard, at, source.request, name_of(profile), told)


def _apply(
    state: State,
    step: UserUpdate,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
) -> tuple[int, list[str]]:
    """How many objects were applied, and why others were not."""
    body = _body(state, step, profile, occasion, at)
    request = TrackRequest(**{name: body.get(name, []) for name in ARRAYS})
    try:
        write, accepted = read_write(state, request, source.request)
    except NothingUsable as nothing:
        problems = nothing.errors or ()
        return 0, [_told(each) for each in problems] or ["it has no attributes, events, purchases"]
    write.accepted_at = at
    write.source = ChangeSource.CANVAS_STEP
    announce(state, write)
    apply_write(state, write, at)
    return len(write.updates), [_told(each) for each in accepted.errors]


def _told(error: Any) -> str:
    says = error.says or error.fault.sentence
    return f"{error.input_array}[{error.index}]: {says}"


def _body(
    state: State, step: UserUpdate, profile: Profile, occasion: Occasion, at: datetime
) -> Mapping[str, Any]:
    """Raises:
    BadUpdate: it cannot be rendered, or what comes of it is no object of arrays.
    """
    surroundings = Surroundings(at, state.seeds.message_share, state.connected_content)
    rendered = render(step.template, scope_of(state, profile, occasion), surroundings)
    if not isinstance(rendered, Rendered):
        raise BadUpdate(rendered.reason)
    try:
        body = json.loads(rendered.text, parse_constant=_no_number)
        json.dumps(body, ensure_ascii=False).encode()  # text that nobody could write again
    except (ValueError, RecursionError) as error:
        raise BadUpdate(f"it renders to what is no JSON ({error})") from None
    if not isinstance(body, dict):
        raise BadUpdate("it renders to what is no JSON object")
    for name in ARRAYS:
        if not isinstance(body.get(name, []), list):
            raise BadUpdate(f"{name!r} is no array")
    return body


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
