"""Stories are files that play the same each time."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from mock_braze.domain.hazards import Hazard
from scenarios.steps import Participate, PartnerCalls, Step, Wait, WebhookComes
from scenarios.stories import (
    BadStory,
    Story,
    Telling,
    bundled_stories,
    play,
    read_story,
    written,
)

STORY = Story(
    name="one person", says="Somebody joins by phone.", dials={"creation_lag": 60},
    steps=(
        Participate(email="ana@example.com", activation="spring-drop", phone="+13135551201"),
        Wait(seconds=600),
    ),
    credits=("ana@example.com",),
)  # fmt: skip


def test_a_story_that_is_written_down_is_read_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(written(STORY))

    assert read_story(file) == STORY


def test_a_story_is_played_to_its_end() -> None:
    played = play(STORY)

    assert played.is_as_told


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"credits": ()}, "ana@example.com was credited"),
        ({"credits": ("ana@example.com", "ben@example.com")}, "ben@example.com was not credited"),
        ({"hazards": ("orphan_subscription",)}, "the hazard orphan_subscription did not come"),
        ({"breaks": ("a_claim",)}, "a_claim was to break, and holds"),
        ({"answers": ("won",)}, "the receiver was to say won, and said nothing"),
    ],
)
def test_what_was_not_told_is_a_surprise(changed: dict[str, Any], says: str) -> None:
    assert play(msgspec.structs.replace(STORY, **changed)).surprises == [says]


@pytest.mark.parametrize("name", bundled_stories())
def test_a_bundled_story_goes_as_it_is_told(name: str) -> None:
    story = read_story(bundled_stories()[name])

    assert story.name == name
    assert story.says.endswith(".")
    played = play(story)

    assert played.surprises == []
    assert {each.hazard for each in played.lab.evidence().all_hazards} == set(story.hazards)


def test_every_hazard_is_shown_by_a_story() -> None:
    told = [read_story(file).hazards for file in bundled_stories().values()]

    shown = {each for hazards in told for each in hazards}
    assert shown == {each.name for each in Hazard}


def test_every_kind_of_step_is_in_a_story() -> None:
    told = {type(step) for file in bundled_stories().values() for step in read_story(file).steps}

    assert set(get_args(Step)) - told == set()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: x\nsteps: [{step: dance}]", "dance"),
        ("name: x\nsteps: [{step: wait}]", "seconds"),
        ("name: x\nsteps: [{step: wait, seconds: soon}]", "seconds"),
        ("steps: []", "name"),
        ("name: [", "line"),
    ],
)
def test_a_file_that_tells_no_story_is_refused_with_the_place(
    tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(text)

    with pytest.raises(BadStory, match=says):
        read_story(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadStory, match="No such file"):
        read_story(tmp_path / "none.yaml")


def test_a_story_is_told_step_by_step() -> None:
    telling = Telling(STORY)

    assert telling.next_step == STORY.steps[0]
    assert telling.take()
    assert telling.next_step == STORY.steps[1]
    assert telling.take()
    assert (telling.next_step, telling.take(), telling.played) == (None, False, None)
    telling.settle()
    assert telling.played is not None
    assert telling.played.is_as_told


def test_a_story_is_over_where_an_invariant_breaks() -> None:
    early = {"path": "/users/merge", "body": {}}
    telling = Telling(Story(name="x", steps=(PartnerCalls(**early), Wait(seconds=1))))

    telling.take()

    assert telling.played is not None
    assert telling.played.broke_after == 1
    assert (telling.next_step, telling.take()) == (None, False)


def test_what_the_receiver_says_is_told_in_order() -> None:
    come = [
        WebhookComes(email=email, q_scope="first-three", credential=credential)
        for email, credential in (("ana@example.com", "wrong"), ("ana@example.com", "right"))
    ]

    assert play(Story(name="x", steps=(*come,), answers=("401", "won 50 % off"))).is_as_told
    assert play(Story(name="x", steps=(*come,), answers=("won 50 % off",))).surprises == [
        "the receiver was to say won 50 % off, and said 401, won 50 % off"
    ]
