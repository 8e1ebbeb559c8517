"""Stories are files that play the same each time."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from mock_braze.domain.hazards import Hazard
from scenarios.steps import Participate, Wait
from scenarios.stories import BadStory, Story, bundled_stories, play, read_story, written

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
    ],
)
def test_what_was_not_told_is_a_surprise(changed: dict[str, Any], says: str) -> None:
    assert play(msgspec.structs.replace(STORY, **changed)).surprises == [says]


# What needs more than steps: receivers of webhooks, which real HTTP reaches.
NOT_SHOWN = {"webhook_lost_at_once", "webhook_given_up", "webhook_repeated"}


@pytest.mark.parametrize("name", bundled_stories())
def test_a_bundled_story_goes_as_it_is_told(name: str) -> None:
    story = read_story(bundled_stories()[name])

    assert story.name == name
    assert story.says.endswith(".")
    assert play(story).surprises == []


def test_every_hazard_is_shown_by_a_story() -> None:
    told = [read_story(file).hazards for file in bundled_stories().values()]

    shown = {each for hazards in told for each in hazards}
    assert shown | NOT_SHOWN == {each.name for each in Hazard}
    assert not shown & NOT_SHOWN


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
