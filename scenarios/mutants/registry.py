"""Every mutant by its name."""

from collections.abc import Mapping

from scenarios.mutants.crediting import CREDITING
from scenarios.mutants.mutant import Mutant
from scenarios.mutants.payloads import PAYLOADS
from scenarios.mutants.people import PEOPLE
from scenarios.mutants.reading import READING
from scenarios.mutants.retrying import RETRYING
from scenarios.mutants.waiting import WAITING
from scenarios.mutants.webhooks import WEBHOOKS

MUTANTS: Mapping[str, Mutant] = {
    each.name: each
    for theme in (WAITING, CREDITING, PEOPLE, PAYLOADS, READING, RETRYING, WEBHOOKS)
    for each in theme
}
