"""Every mutant by its name."""

from collections.abc import Mapping

from scenarios.mutants.asking import ASKING
from scenarios.mutants.crediting import CREDITING
from scenarios.mutants.mutant import Mutant
from scenarios.mutants.payloads import PAYLOADS
from scenarios.mutants.prying import PRYING
from scenarios.mutants.reading import READING
from scenarios.mutants.retrying import RETRYING
from scenarios.mutants.storing import STORING
from scenarios.mutants.waiting import WAITING
from scenarios.mutants.webhooks import WEBHOOKS

THEMES = (
    WAITING, CREDITING, ASKING, STORING, PAYLOADS, READING, RETRYING, PRYING, WEBHOOKS,
)  # fmt: skip
MUTANTS: Mapping[str, Mutant] = {each.name: each for theme in THEMES for each in theme}
