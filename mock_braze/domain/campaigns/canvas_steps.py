"""Canvas steps: the path that somebody takes through a Canvas, step by step."""

from dataclasses import dataclass
from datetime import datetime

from mock_braze.domain.agenda import Due
from mock_braze.domain.campaigns.campaign import (
    Campaign,
    Delay,
    MessageStep,
    Step,
    UserUpdate,
)
from mock_braze.domain.campaigns.delivery import next_open_moment, note_sent, why_not_now
from mock_braze.domain.campaigns.receipts import canvas_receipt, note_receipt
from mock_braze.domain.campaigns.refusals import Why, tell_refusal
from mock_braze.domain.journal import Effect
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.sending import send_message
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.state import State
from mock_braze.domain.users.profile import Profile


@dataclass(frozen=True, slots=True)
class StepReached(Due):
    """Somebody comes to a step of a Canvas; `step` counts from 0."""

    canvas_id: str
    braze_id: str
    step: int
    occasion: Occasion
    source: MessageSource

    def settle(self, state: State, at: datetime) -> None:
        walk(state, self, at)


def begin_path(
    state: State,
    canvas: Campaign,
    profile: Profile,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
) -> None:
    """Let somebody enter a Canvas. The steps come after what is being settled now.

    Facts: re-eligibility-counts-from-the-receipt
    """
    note_receipt(profile, canvas, at)
    state.effect(
        Effect.CANVAS_ENTERED, at, source.request, canvas_id=canvas.id, canvas=canvas.name,
        braze_id=profile.braze_id, dispatch_id=source.dispatch_id,
    )  # fmt: skip
    state.agenda.add(at, StepReached(canvas.id, profile.braze_id, 0, occasion, source))


def walk(state: State, reached: StepReached, at: datetime) -> None:
    """Take every step up to the next delay, or to the end.

    Facts: canvas-steps-in-order
    """
    canvas = state.campaigns.canvases.get(reached.canvas_id)
    for place in range(reached.step, len(canvas.steps) if canvas is not None else 0):
        profile = state.profiles.by_braze_id(reached.braze_id)
        if profile is None:
            _leave(state, reached, at, "the profile is gone")
            return
        assert canvas is not None
        if not canvas.is_running:
            # Inferred: nobody goes on in one that is stopped (paused-campaigns-send-nothing)
            _leave(state, reached, at, "the Canvas was stopped")
            return
        step = canvas.steps[place]
        until = _until(canvas, profile, step, at)
        if until is not None and until > at:
            further = place + 1 if isinstance(step, Delay) else place
            next_step = StepReached(
                canvas.id, profile.braze_id, further, reached.occasion, reached.source
            )
            state.agenda.add(until, next_step)
            return
        _do(state, canvas, step, profile, reached, at)
    _leave(state, reached, at, "")


def _until(canvas: Campaign, profile: Profile, step: Step, at: datetime) -> datetime | None:
    """How long somebody waits at a step; None for one that is done at once."""
    match step:
        case Delay(span):
            return at + span
        case MessageStep():
            return next_open_moment(canvas, profile, at)
        case UserUpdate():
            return None


def _do(
    state: State,
    canvas: Campaign,
    step: Step,
    profile: Profile,
    reached: StepReached,
    at: datetime,
) -> None:
    match step:
        case UserUpdate():
            # Here, since an update is a write, and writes trigger Canvases.
            from mock_braze.domain.campaigns.user_updates import update_user

            update_user(state, canvas, step, profile, reached.occasion, at, reached.source)
        case MessageStep():
            _send(state, canvas, step, profile, reached, at)
        case Delay():
            pass


def _send(
    state: State,
    canvas: Campaign,
    step: MessageStep,
    profile: Profile,
    reached: StepReached,
    at: datetime,
) -> None:
    """Send a message; who cannot have it goes on all the same.

    Facts: canvas-steps-in-order
    """
    source = reached.source
    messages = (step.message,)
    refusal = why_not_now(state, canvas, profile, messages, at)
    if refusal is None:
        sent = send_message(state, step.message, profile, reached.occasion, at, source)
        refusal = None if sent.is_sent else (Why.NOT_SENT, sent.reason)
    if refusal is not None:
        tell_refusal(state, canvas, profile, *refusal, at, source)
        return
    receipt = canvas_receipt(profile, canvas.id)
    if receipt is not None:
        receipt.last_received_message = at
    note_sent(state, canvas, profile, messages, at, source)


def _leave(state: State, reached: StepReached, at: datetime, why: str) -> None:
    profile = state.profiles.by_braze_id(reached.braze_id)
    receipt = None if profile is None else canvas_receipt(profile, reached.canvas_id)
    if receipt is not None:
        receipt.last_exited = at
    state.effect(
        Effect.CANVAS_LEFT, at, reached.source.request, canvas_id=reached.canvas_id,
        braze_id=reached.braze_id, why=why or "the end of its steps",
    )  # fmt: skip
