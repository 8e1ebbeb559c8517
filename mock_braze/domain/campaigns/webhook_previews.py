"""Previews of a webhook template: as a random, an existing or a made-up user."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from mock_braze.domain.campaigns.webhook_templates import WebhookTemplate
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.liquid.rendering import Aborted, Failed, Surroundings, render
from mock_braze.domain.liquid.scope import STANDARD, scope, scope_of
from mock_braze.domain.messages.webhook_requests import ComposedRequest, composed
from mock_braze.domain.plain_values import shown
from mock_braze.domain.state import State
from mock_braze.domain.users.identity import Identifier
from mock_braze.domain.users.profile import Profile, preferred


@dataclass(frozen=True, slots=True)
class MadeUpUser:
    """Fields that somebody types in, by their names in Liquid.

    Facts: webhook-custom-user
    """

    standard: Mapping[str, Any] = field(default_factory=dict)
    custom_attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a template becomes for a user: a profile, or None for a made-up one."""

    profile: Profile | None
    outcome: ComposedRequest | Aborted | Failed


class NobodyToPreview(LookupError):
    """There is no profile to preview a template as."""


def preview(
    state: State,
    template: WebhookTemplate,
    user: Identifier | MadeUpUser | None,
    occasion: Occasion,
    connected_content: Mapping[str, Any],
) -> Preview:
    """A template as it would be for a user; None stands for a random one.

    Raises:
        NobodyToPreview: nobody has this identifier, or there is no profile at all.

    Facts: webhook-preview-users
    """
    profile = None if isinstance(user, MadeUpUser) else _profile(state, user)
    if isinstance(user, MadeUpUser):
        seen = scope(user.standard, user.custom_attributes, {}, occasion)
    else:
        assert profile is not None
        seen = scope_of(state, profile, occasion)
    surroundings = Surroundings(state.clock.now(), state.seeds.message_share, connected_content)
    rendering = partial(render, scope=seen, surroundings=surroundings)
    return Preview(profile, composed(template.message, rendering, state.dials))


def problems_of_user(user: MadeUpUser) -> list[str]:
    """Fields that nobody can type in.

    Facts: webhook-custom-user-is-flat
    """
    problems = [
        f"there is no field {name!r}; there are {', '.join(STANDARD)}, custom_attributes"
        for name in user.standard
        if name not in STANDARD
    ]
    problems += [
        f"'custom_user.{name}' must be text or a number, not {shown(value)}"
        for name, value in user.standard.items()
        if name in STANDARD and not _is_single(value)
    ]
    problems += [
        f"'custom_user.custom_attributes.{name}' is nested, which a made-up user cannot have; "
        "preview as an existing user"
        for name, value in user.custom_attributes.items()
        if not _is_single(value)
        and not (isinstance(value, list) and all(_is_single(each) for each in value))
    ]
    return problems


def _is_single(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _profile(state: State, identifier: Identifier | None) -> Profile:
    profiles = state.profiles
    if identifier is not None:
        # Inferred: of several with an email, whom a write would reach (webhook-preview-users)
        profile = preferred(profiles.find(identifier))
    else:
        place = int(state.seeds.preview_share() * len(profiles)) if len(profiles) else 0
        profile = next(islice(profiles, place, None), None)
    if profile is None:
        raise NobodyToPreview
    return profile
