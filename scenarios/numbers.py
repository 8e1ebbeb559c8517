"""Which phone numbers an export has shown."""

from scenarios.journaled import JournaledRequest
from scenarios.tracked import objects


class Numbers:
    """An index over the traffic, which keeps by which request a number was shown first."""

    def __init__(self) -> None:
        self._shown: dict[str, int] = {}

    def note_export(self, request: JournaledRequest) -> None:
        """The integration was shown profiles."""
        for user in objects(request.answered, "users"):
            phone = user.get("phone")
            if isinstance(phone, str):
                self._shown.setdefault(phone, request.number)

    def was_shown(self, phone: object, before: JournaledRequest) -> bool:
        """Whether an export had shown the integration this number on a profile."""
        return self._shown.get(str(phone), before.number) < before.number
