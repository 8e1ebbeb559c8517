"""The fake and the oracle agree on who is who, and the machine finds a fake that is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from hunts import budget, disagreement_found, steps_without_disagreement

from mock_braze.domain.state import State
from mock_braze.domain.tracking import writes
from mock_braze.domain.users import deletion, identification, merging
from mock_braze.domain.users.prioritization import NotSingledOut, Target
from mock_braze.domain.users.profile import Profile, Profiles
from scenarios.machines.identity import Identity


def test_the_fake_and_the_oracle_agree_on_who_is_who(
    record_property: Callable[[str, object], None],
) -> None:
    steps = steps_without_disagreement(Identity)

    record_property("machine_steps", f"identity {steps:,}")
    assert steps > budget().max_examples * budget().stateful_step_count / 2


# Planted bugs


def nothing(*_: Any) -> None:
    """What should happen does not."""


def always(*_: Any) -> bool:
    return True


def no_obstacle(*_: Any) -> str:
    return ""


def overwrite(source: Profile, kept: Profile) -> None:
    kept.fields.update(source.fields)
    kept.custom_attributes.update(source.custom_attributes)


def take_the_first(state: State, target: Target) -> Profile | NotSingledOut:
    found = state.profiles.find(target.identifier)
    return found[0] if found else NotSingledOut("nobody")


def most_recent(profiles: list[Profile]) -> Profile | None:
    return max(profiles, key=lambda each: each.updated_at, default=None)


def forget_the_old_name(self: Profiles, profile: Profile, external_id: str) -> None:
    self._by_external_id.pop(profile.external_id or "", None)
    profile.external_id = external_id
    self._by_external_id[external_id] = profile


BUGS: dict[str, list[tuple[Any, str, Any]]] = {
    "a merged profile stays": [(merging, "remove_profile", nothing)],
    "a merge overwrites what the kept profile has": [(merging, "_fill_fields", overwrite)],
    "a merge loses events": [(merging, "_add_up", nothing)],
    "a merge loses aliases": [(Profiles, "move_alias", nothing)],
    "a deletion takes any profile with the address": [(deletion, "single_out", take_the_first)],
    "a merge takes any profile with the address": [(merging, "single_out", take_the_first)],
    "a write by email prefers the most recent profile": [(writes, "preferred", most_recent)],
    "a renamed external ID does not resolve": [(Profiles, "name", forget_the_old_name)],
    "identify combines users with the same label": [(identification, "_obstacle", no_obstacle)],
    "an object in update-only mode makes a profile": [(writes, "_may_create", always)],
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_fake_that_is_wrong_about_people_is_found(
    monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    for where, name, wrong in BUGS[bug]:
        monkeypatch.setattr(where, name, wrong)

    assert "the oracle" in disagreement_found(Identity)
