import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A value that was sent, told as Python writes it: None for null, True for true.
AS_PYTHON = re.compile(r"\b(?:not|cannot be) \{[^{}]+!r")
OURS = (
    "control",
    "domain/campaigns",
    "domain/dials",
    "domain/messages/reading.py",
    "domain/segments",
    "replay.py",
)


def test_messages_of_our_own_show_what_was_sent_as_json() -> None:
    found = []
    for place in OURS:
        path = ROOT / "mock_braze" / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for number, line in enumerate(file.read_text().splitlines(), 1):
                if AS_PYTHON.search(line):
                    found.append(f"{file.relative_to(ROOT)}:{number}: use shown(): {line.strip()}")

    assert found == []
