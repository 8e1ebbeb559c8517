"""What must hold at the end, once nothing is due any more: one function for each claim."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from quikly_client.participants import Participant
from scenarios.evidence import Evidence, News
from scenarios.invariants.breach import STATUS_SET, Breach, as_list, breach_by, member
from scenarios.invariants.states import double_group, says_subscribed, state_reads
from scenarios.journaled import JournaledRequest

ENOUGH_TRIES = 10
# Nobody waits longer than this for an answer, in seconds.
LONGEST_PATIENCE = 30
GARBLED = ("truncated_body", "malformed_body")
# A confirmation that comes in time, with what it takes to see it.
IN_TIME = timedelta(days=28)


def no_credit_withheld(evidence: Evidence, _news: News) -> Iterator[Breach]:
    """At the end, whoever took part is credited, unless something in the traffic stood against it.

    That is: a call about them went wrong or was refused, an export showed their email with another
    number, or the last that Braze said of their number was not `Subscribed`, unless it became so.

    Facts: quikly-email-acquisition, quikly-sms-acquisition
    """
    credited = {credit.key for credit in evidence.credits}
    for key, participant in evidence.arrivals.items():
        if key not in credited and not _was_hindered(evidence, participant):
            yield Breach(
                "no_credit_withheld",
                participant.consented_at,
                participant.email,
                f"took part in {participant.activation}, and nothing stood against a credit",
                fact="quikly-email-acquisition",
            )


def _was_hindered(evidence: Evidence, participant: Participant) -> bool:
    phone = participant.phone
    looks = evidence.look_ups(participant.email)
    names = {participant.email, *(name for each in looks for name in _names_shown(each))}
    about = [
        each
        for each in evidence.requests
        if any(name.encode() in each.exchange.request_body for name in names)
    ]
    if any(each.status >= 400 or member(each.answered, "errors") for each in about):
        return True
    if any(_shows_another_email(each, participant.email) for each in about):
        return True
    by_number = () if phone is None else evidence.state_reads(phone)
    if any(each.number in evidence.faults for each in (*about, *by_number)):
        return True
    if phone is None:
        return False
    if any(_shows_another_number(each, phone) for each in looks):
        return True
    group = evidence.double_opt_in.get(participant.activation)
    # Whoever takes part by this number later is asked about it again.
    ended = _settled_at(evidence, participant)
    reads = [each for each in state_reads(evidence, phone, group) if not ended or each.at <= ended]
    asked = _asked_at(evidence, participant) if group else _was_set(evidence, phone)
    if not asked or not reads or says_subscribed(reads[-1]):
        return False
    return not _came_true(evidence, participant, group)


def _settled_at(evidence: Evidence, participant: Participant) -> datetime | None:
    """When the integration was done with somebody; None if it is not, or does not tell."""
    for each in evidence.participations or ():
        if (each.activation, each.email) == (participant.activation, participant.email):
            return each.settled_at
    return None


def _came_true(evidence: Evidence, participant: Participant, group: str | None) -> bool:
    """Whether the number is subscribed for good since the integration had asked for it: by its own
    request, or, in a group of double opt-in, by whatever came within the time for that.

    Where several gave the number, it may have come true for another of them.
    """
    sharing = [
        each
        for each in evidence.arrivals.values()
        if each.phone == participant.phone and evidence.double_opt_in.get(each.activation) == group
    ]
    own = {each.number for each in evidence.effects}
    effects = [
        effect
        for effect in (*evidence.effects, *evidence.effects_of_texts, *evidence.effects_of_brand)
        if effect.effect.startswith("subscription_state")
        and effect.details["subscriber"] == participant.phone
        and double_group(evidence, effect.details["group_id"]) == group
    ]
    last = max(effects, key=lambda each: each.number, default=None)
    if last is None or last.details.get("state") != "subscribed" or len(sharing) > 1:
        return False
    if group is None:
        return last.number in own
    asked_at = _asked_at(evidence, participant)
    return asked_at is not None and asked_at <= last.at <= asked_at + IN_TIME


def _names_shown(look_up: JournaledRequest) -> Iterator[str]:
    for user in member(look_up.answered, "users") or ():
        yield from (user[name] for name in ("external_id", "braze_id") if user.get(name))


def _shows_another_email(look_up: JournaledRequest, email: str) -> bool:
    """The alias of the participant is on a profile with another one, or without one."""
    by_alias = member(look_up.sent, "user_aliases") is not None
    users = (member(look_up.answered, "users") or ()) if by_alias else ()
    return any((user.get("email") or "").lower() != email for user in users)


def _shows_another_number(look_up: JournaledRequest, phone: str) -> bool:
    """A profile has another number, and none has this one."""
    numbers = {user.get("phone") for user in member(look_up.answered, "users") or ()} - {None}
    return bool(numbers) and phone not in numbers


def _was_set(evidence: Evidence, phone: str) -> bool:
    return any(
        each.operation == STATUS_SET and phone in as_list(member(each.sent, "phone"))
        for each in evidence.requests
    )


def _asked_at(evidence: Evidence, participant: Participant) -> datetime | None:
    """When an event asked for the double opt-in of somebody in this activation; its properties
    need not tell which.
    """
    asked = (
        sent.request.at
        for sent in evidence.events.about(participant.email)
        if sent.activation in ("", participant.activation)
    )
    return min(asked, default=None)


def everything_settles(evidence: Evidence, _news: News) -> Iterator[Breach]:
    """At the end of a run, everybody who took part is credited or knows why not.

    It is for integrations that tell of more than credits.

    Facts: credit-after-verified-subscribed
    """
    if evidence.participations is None:
        return
    known = {(each.activation, each.email) for each in evidence.participations}
    for key, participant in evidence.arrivals.items():
        if key not in known:
            yield Breach(
                "everything_settles",
                participant.consented_at,
                participant.email,
                f"took part in {participant.activation}, and the integration knows nothing of it",
                fact="credit-after-verified-subscribed",
            )
    for each in evidence.participations:
        if each.due is not None or each.outcome is None or not each.reason:
            yield Breach(
                "everything_settles",
                each.due or each.started_at,
                each.email,
                f"still at step {each.step} of {each.activation}",
                fact="credit-after-verified-subscribed",
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
