"""What must hold of who is credited and who is not: one function for each claim."""

from collections.abc import Iterator
from functools import partial
from itertools import takewhile

from quikly_client.participants import Participant
from scenarios.breach import TRACK, Breach, breach_by, member
from scenarios.evidence import Evidence, JournaledRequest, News

ENOUGH_TRIES = 10
# Nobody waits longer than this for an answer, in seconds.
LONGEST_PATIENCE = 30
GARBLED = ("truncated_body", "malformed_body")


def no_credit_for_what_was_left_out(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Whoever joined by email is not credited when Braze had left out what was written of them.

    Facts: track-partial-errors
    """
    for credited in news.credited:
        credit = credited.credit
        participant = evidence.arrivals.get(credit.key)
        if participant is None or participant.phone is not None:
            continue
        written = (
            each
            for each in reversed(evidence.requests)
            if each.operation == TRACK
            and credited.could_know(each)
            and each.mentions(credit.participant)
            and each.mentions(credit.activation)
        )
        latest = next(written, None)
        if latest is not None and member(latest.answered, "errors"):
            yield Breach(
                "no_credit_for_what_was_left_out",
                credit.at,
                credit.participant,
                f"credited ({credit.reason}) though Braze had left out what was written",
                fact="track-partial-errors",
            )


def no_one_is_given_up_at_a_failure(evidence: Evidence, _news: News) -> Iterator[Breach]:
    """At the end, nobody is left without a credit because a call went wrong in a way that passes.

    Whoever tries several times has tried enough.

    Facts: server-error-outcome-unknown, rate-limited-429
    """
    credited = {credit.key for credit in evidence.credits}
    for key, participant in evidence.arrivals.items():
        if key in credited:
            continue
        others = {each for each, _ in evidence.arrivals} - {participant.activation}
        tries = [each for each in evidence.requests if _is_about(participant, others, each)]
        failures = list(takewhile(partial(_has_failed, evidence), reversed(tries)))
        if failures and len(failures) < ENOUGH_TRIES:
            yield breach_by(
                "no_one_is_given_up_at_a_failure", tries[-1], participant.email,
                f"took part in {participant.activation}, and this failure was the end of it",
                fact="server-error-outcome-unknown",
            )  # fmt: skip


def _is_about(participant: Participant, others: set[str], request: JournaledRequest) -> bool:
    """Whether a request is about somebody, and not about another activation (`others`) alone."""
    body, phone = request.exchange.request_body, participant.phone
    if any(each.encode() in body for each in others):
        return participant.activation.encode() in body and participant.email.encode() in body
    told = (*request.query.get("phone", ()), member(request.sent, "phone"))
    return participant.email.encode() in body or (phone is not None and phone in told)


def _has_failed(evidence: Evidence, request: JournaledRequest) -> bool:
    """Whether the integration had no answer that says what became of it."""
    effect = evidence.faults.get(request.number)
    if effect is None:
        return False
    if effect["kind"] == "latency":
        return bool(effect["seconds"] > LONGEST_PATIENCE)
    if 400 <= request.status < 500:
        return request.status == 429
    return request.status == 0 or request.status >= 500 or effect["kind"] in GARBLED
