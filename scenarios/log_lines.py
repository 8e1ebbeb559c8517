"""What the loggers of this process write, but for the fake's own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

LEVEL = logging.INFO
# Of the fake, which is no part of an integration.
NOT_HEARD = ("mock_braze", "werkzeug")


class LogLines(logging.Handler):
    """Adds each line to `lines`, between `start` and `stop`."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(LEVEL)
        self._lines = lines
        self._level_before = logging.NOTSET

    def start(self) -> None:
        """Hear what any logger has to say."""
        root = logging.getLogger()
        self._level_before = root.level
        root.setLevel(LEVEL)
        root.addHandler(self)

    def stop(self) -> None:
        """Leave the loggers as they were."""
        root = logging.getLogger()
        root.removeHandler(self)
        root.setLevel(self._level_before)

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(NOT_HEARD):
            self._lines.append(self.format(record))


@contextmanager
def heard(lines: list[str]) -> Iterator[None]:
    """Hear what is logged as long as the block lasts."""
    handler = LogLines(lines)
    handler.start()
    try:
        yield
    finally:
        handler.stop()
