"""Stories are files that play the same each time."""

from pathlib import Path

import pytest

from scenarios.steps import Participate, Wait
from scenarios.stories import BadStory, Story, play, read_story, written

STORY = Story(
    name="one person", says="Somebody joins by phone.", dials={"creation_lag": 60},
    steps=(
        Participate(email="ana@example.com", activation="spring-drop", phone="+13135551201"),
        Wait(seconds=600),
    ),
)  # fmt: skip


def test_a_story_that_is_written_down_is_read_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(written(STORY))

    assert read_story(file) == STORY


def test_a_story_is_played_to_its_end() -> None:
    played = play(STORY)

    assert played.is_as_told
    assert [each.participant for each in played.lab.evidence().credits] == ["ana@example.com"]


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
