"""Joins journeys and claims: whoever is credited takes part, and Braze is told what came of it.

Both begin with something that is stored already, and lead to something that is stored once for
each person. So a process may be killed anywhere: the next one reads the same again, and what was
done before is not done anew.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import replace

from quikly_client.activations.activation import Activation
from quikly_client.activations.claims import Claim
from quikly_client.activations.journey_terms import outcome_of
from quikly_client.claim_desk import ClaimDesk
from quikly_client.errors import Overtaken
from quikly_client.journeys import cascade
from quikly_client.journeys.participation import Outcome, ParticipationKey, Step, Workflow
from quikly_client.store.interface import Store


class Outcomes:
    """What comes of the activations of a desk, whoever let people act there.

    It remembers how far it has read, so that looking again costs what is new.
    """

    def __init__(self, desk: ClaimDesk) -> None:
        self._desk = desk
        self._by_name = {each.name: each for each in desk.activations.values()}
        self._credits_read = 0
        self._claims_read = Counter[str]()

    def collect(self, store: Store) -> int:
        """Let the newly credited take part, and begin to write back what is newly decided.

        How many write-backs that began.

        Facts: outcomes-cascade
        """
        self._let_take_part(store)
        return sum(
            self._write_back(store, activation, claim)
            for activation in self._by_name.values()
            for claim in self._new_claims(activation)
        )

    def _let_take_part(self, store: Store) -> None:
        """In the order of their credits.

        A response counts from when its participation began, which is stored: however often the
        process is killed meanwhile, nobody gets a worse offer for it.
        """
        for credit in store.credits(self._credits_read):
            activation = self._by_name.get(credit.activation)
            credited = store.get(ParticipationKey(credit.activation, credit.participant))
            if activation is not None and credited is not None:
                self._desk.take_part(activation, credit.participant, credited.started_at)
            self._credits_read += 1

    def _new_claims(self, activation: Activation) -> list[Claim]:
        scope = activation.q_scope
        return list(self._desk.claims.claims(scope, self._claims_read[scope]))

    def _write_back(self, store: Store, activation: Activation, claim: Claim) -> bool:
        told = outcome_of(activation, claim)
        began = False
        if told.attributes or told.events:
            known = store.get(ParticipationKey(activation.name, claim.email))
            further = {} if known is None else known.attributes
            began = store.add(cascade.begin(activation.name, claim.email, told, claim.at, further))
            if began:
                _leave_out_earlier(store, activation, claim)
        self._claims_read[activation.q_scope] = claim.number
        return began


def _leave_out_earlier(store: Store, activation: Activation, claim: Claim) -> None:
    """An entry that waits to be written back must not be written over what came of it.

    Only attributes are left out: entries have no events.

    Facts: no-order-across-requests
    """
    for each in store.of_person(claim.email):
        is_earlier = each.cascade is not None and each.cascade.outcome != claim.outcome.value
        if each.workflow is not Workflow.CASCADE or each.activation != activation.name:
            continue
        if is_earlier and each.due is not None:
            left_out = replace(
                each,
                step=Step.DONE,
                due=None,
                in_flight=False,
                outcome=Outcome.NOT_WRITTEN_BACK,
                reason="a later outcome is written back instead",
                settled_at=claim.at,
            )
            with suppress(Overtaken):  # whoever performs it just now is ahead of the later one
                store.save(left_out, found=each)
