"""The events that the integration sent, and whom each could be about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from scenarios.journaled import JournaledRequest
from scenarios.tracked import objects, owner_of


@dataclass(frozen=True, slots=True)
class SentEvent:
    """An event that went out to a profile that `owner` names, for the time that `times` says.

    `activation` is what its properties say; empty where they say nothing.
    """

    request: JournaledRequest
    owner: str
    name: str
    activation: str
    times: int


class SentEvents:
    """Every event but those in requests that Braze refused: these were not performed."""

    def __init__(self) -> None:
        self.all: list[SentEvent] = []
        self._of: dict[str, list[SentEvent]] = {}  # an owner
        self._times: dict[tuple[str, str, bytes], int] = {}
        self._names: dict[str, dict[str, int]] = {}  # of an email's profiles, by which request
        self._emails: dict[str, list[str]] = {}  # whose profile has a name

    def note_track(self, request: JournaledRequest) -> None:
        """The integration wrote to profiles."""
        if not request.mentions('"events"') or 400 <= request.status < 500:
            return
        for event in objects(request.sent, "events"):
            owner, name = owner_of(event), str(event.get("name"))
            properties = event.get("properties")
            told = properties.get("activation") if isinstance(properties, dict) else None
            kind = (owner, name, orjson.dumps(properties, option=orjson.OPT_SORT_KEYS))
            self._times[kind] = self._times.get(kind, 0) + 1
            sent = SentEvent(request, owner, name, str(told or ""), self._times[kind])
            self.all.append(sent)
            self._of.setdefault(owner, []).append(sent)

    def note_export(self, request: JournaledRequest) -> None:
        """The integration was shown the profiles of an email, or of an alias that is one."""
        sent = request.sent if isinstance(request.sent, dict) else {}
        asked = [sent.get("email_address")]
        asked += [each.get("alias_name") for each in objects(sent, "user_aliases")]
        names = [
            each[name]
            for each in objects(request.answered, "users")
            for name in ("external_id", "braze_id")
            if isinstance(each.get(name), str)
        ]
        for email in asked:
            if isinstance(email, str):
                for name in names:
                    known = self._names.setdefault(email, {})
                    if name not in known:
                        known[name] = request.number
                        self._emails.setdefault(name, []).append(email)

    def emails(self, sent: SentEvent) -> Iterator[str]:
        """Whose profile an event was sent to, as far as the integration could know."""
        yield sent.owner
        for email in self._emails.get(sent.owner, ()):
            if self._names[email][sent.owner] < sent.request.number:
                yield email

    def about(self, email: str) -> Iterator[SentEvent]:
        """The events to a profile of this email."""
        owners: Sequence[str] = (email, *self._names.get(email, ()))
        for owner in owners:
            for sent in self._of.get(owner, ()):
                if email in self.emails(sent):
                    yield sent
