"""The texts of a message rendered for one person, all of them or none."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.liquid.rendering import (
    Aborted,
    Failed,
    Rendered,
    Rendering,
    Unreadable,
    misprints_of,
)

Render = Callable[[str], Rendering]
Texts = Iterable[tuple[str, str]]  # each with its place


@dataclass(frozen=True, slots=True)
class RenderedTexts:
    """The texts in their order; `notes` tell what is odd about them."""

    texts: tuple[str, ...]
    notes: tuple[str, ...]


def misprints_in(texts: Texts, dials: Dials) -> list[str]:
    """Why texts are no templates, with their places, where that is refused.

    Facts: unparsable-template
    """
    if dials.unparsable_template != "refused":
        return []
    return [
        f"'{place}' is no Liquid: {misprint}"
        for place, text in texts
        for misprint in misprints_of(text)
    ]


def rendered_texts(texts: Texts, render: Render, dials: Dials) -> RenderedTexts | Aborted | Failed:
    """Every text as `render` renders it; one that calls the message off does so for all.

    Facts: liquid-abort-message, liquid-failure-stops-the-message, unparsable-template
    """
    rendered: list[str] = []
    notes: list[str] = []
    for place, text in texts:
        match render(text):
            case Rendered() as good:
                rendered.append(good.text)
                notes += _notes(place, good)
            case Unreadable() if dials.unparsable_template == "raw_text":
                rendered.append(text)
                notes.append(f"'{place}' is no Liquid and stays as it is")
            case Unreadable(reason) | Failed(reason):
                return Failed(f"'{place}': {reason}")
            case Aborted() as aborted:
                return aborted
    return RenderedTexts(tuple(rendered), tuple(notes))


def _notes(place: str, rendered: Rendered) -> Iterator[str]:
    for output in rendered.empty:
        yield f"'{place}': {output} rendered empty"
    for url in rendered.unanswered:
        yield f"'{place}': no 'connected_content' was given for {url}; it rendered empty"
