"""Which phone numbers were written to which profiles, and which an export has shown."""

from scenarios.journaled import JournaledRequest
from scenarios.tracked import objects, owner_of


class Numbers:
    """Indexes over the traffic; each keeps by which request something was known first."""

    def __init__(self) -> None:
        self._shown: dict[str, int] = {}
        self._written: dict[str, dict[str, int]] = {}  # to an owner
        self._owners: dict[str, list[str]] = {}  # of a number

    def note_export(self, request: JournaledRequest) -> None:
        """The integration was shown profiles."""
        for user in objects(request.answered, "users"):
            phone = user.get("phone")
            if isinstance(phone, str):
                self._shown.setdefault(phone, request.number)

    def note_write(self, request: JournaledRequest) -> None:
        """Anybody wrote profiles."""
        if not request.mentions('"phone"'):
            return
        for item in objects(request.sent, "attributes"):
            phone = item.get("phone")
            if isinstance(phone, str) and phone:
                owner = owner_of(item)
                self._written.setdefault(owner, {}).setdefault(phone, request.number)
                owners = self._owners.setdefault(phone, [])
                if owner not in owners:
                    owners.append(owner)

    def was_shown(self, phone: object, before: JournaledRequest) -> bool:
        """Whether an export had shown the integration this number on a profile."""
        return self._shown.get(str(phone), before.number) < before.number

    def of_the_same(self, phone: str, last: int) -> set[str]:
        """This number, and every other that it may have come from: one that anybody had written to
        the same profile by the entry `last` of the journal, and so on from that one.
        """
        same, new = {phone}, [phone]
        while new:
            one = new.pop()
            for owner in self._owners.get(one, ()):
                written = self._written[owner]
                if written[one] <= last:
                    more = {each for each, number in written.items() if number <= last} - same
                    same |= more
                    new.extend(more)
        return same
