"""The profile that the last request touched, as the fake has it now."""

import json
from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.gateway import ProfileRow

# From here on, names and values stand in two columns.
WIDE_ENOUGH = 44


class ProfilePane(VerticalScroll):
    """One line for each thing the profile has."""

    _profile: ProfileRow | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="profile")

    def on_mount(self) -> None:
        self.border_title = "Profile it touched"

    def show(self, profile: ProfileRow | None, *, has_request: bool) -> None:
        self._profile = profile
        if profile is not None:
            self._paint(profile)
        else:
            missing = "Braze has no such profile, or not yet." if has_request else ""
            self.query_one("#profile", Static).update(missing)
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        if self._profile is not None:
            self._paint(self._profile)

    def _paint(self, profile: ProfileRow) -> None:
        lines = list(_lines(profile))
        is_wide = self.size.width >= WIDE_ENOUGH
        column = max(len(name) for name, _ in lines) if is_wide else 0
        text = Content("\n").join(
            Content.assemble((f"{name:<{column}} ", "$foreground 60%"), value)
            for name, value in lines
        )
        self.query_one("#profile", Static).update(text)


def _lines(profile: ProfileRow) -> Iterator[tuple[str, Content]]:
    if profile.alike > 1:
        yield "one of", Content.styled(f"{profile.alike} that match", "$text-warning")
    if profile.external_id is not None:
        yield "external_id", Content(profile.external_id)
    for name, label in profile.aliases:
        yield f"alias {label}", Content(name)
    if profile.email is not None:
        yield "email", Content(profile.email)
    if profile.phone is not None:
        yield "phone", Content(profile.phone)
    for group_id, state in profile.subscription_states.items():
        style = "$text-success" if state == "subscribed" else "$text-error"
        yield f"group {group_id[:4]}…", Content.styled(state, style)
    for name, value in profile.custom_attributes.items():
        yield name, Content(json.dumps(value, ensure_ascii=False))
    for name, count in profile.custom_events.items():
        yield name, Content(f"{count} time{'' if count == 1 else 's'}")
    yield "created", Content(f"{profile.created_at:%m-%d %H:%M:%S}")
    finished = f"{profile.finished_at:%m-%d %H:%M:%S}"
    if profile.is_finished:
        yield "finished", Content(finished)
    else:
        yield "unfinished until", Content.styled(finished, "$text-warning")
    yield "braze_id", Content(profile.braze_id)
