"""What must hold of credits: one function for each claim."""

from collections.abc import Iterator

from scenarios.evidence import Credited, Evidence, News
from scenarios.invariants.breach import TRACK, Breach, breach_of, member
from scenarios.invariants.states import says_subscribed, state_reads


def sms_credit_only_after_verified_subscribed(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Whoever joined by phone is credited only after Braze had said `Subscribed`.

    Facts: credit-after-verified-subscribed, quikly-sms-acquisition
    """
    for credited in news.credited:
        credit = credited.credit
        participant = evidence.arrivals.get(credit.key)
        phone = None if participant is None else participant.phone
        if phone is not None and not _was_subscribed(evidence, phone, credited):
            yield breach_of(
                "sms_credit_only_after_verified_subscribed", credit,
                f"credited ({credit.reason}) before Braze had said that {phone} is subscribed",
                fact="credit-after-verified-subscribed",
            )  # fmt: skip


def _was_subscribed(evidence: Evidence, phone: str, credited: Credited) -> bool:
    group = evidence.double_opt_in.get(credited.credit.activation)
    return any(
        credited.could_know(request) and says_subscribed(request)
        for request in state_reads(evidence, phone, group)
    )


def email_credit_only_for_a_readable_profile(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Whoever joined by email is credited only after an export had shown the profile.

    Facts: success-only-means-queued
    """
    for credited in news.credited:
        credit = credited.credit
        participant = evidence.arrivals.get(credit.key)
        by_email = participant is not None and participant.phone is None
        if by_email and not _was_exported(evidence, credited):
            yield breach_of(
                "email_credit_only_for_a_readable_profile", credit,
                f"credited ({credit.reason}) before any export had shown the profile",
                fact="success-only-means-queued",
            )  # fmt: skip


def _was_exported(evidence: Evidence, credited: Credited) -> bool:
    shown = evidence.shown(credited.credit.participant)
    return any(credited.could_know(request) for request in shown)


def at_most_one_credit(evidence: Evidence, news: News) -> Iterator[Breach]:
    """A participant is credited at most once in an activation.

    Facts: credit-after-verified-subscribed
    """
    for credited in news.credited:
        credit = credited.credit
        if evidence.first_credit(credit.key) is not credited:
            yield breach_of(
                "at_most_one_credit", credit,
                f"credited twice in {credit.activation}",
                fact="credit-after-verified-subscribed",
            )  # fmt: skip


def credit_only_for_participants(evidence: Evidence, news: News) -> Iterator[Breach]:
    """Nobody is credited who did not take part.

    Facts: quikly-email-acquisition, quikly-sms-acquisition
    """
    for credited in news.credited:
        credit = credited.credit
        if credit.key not in evidence.arrivals:
            yield breach_of(
                "credit_only_for_participants", credit,
                f"credited in {credit.activation} without having taken part",
                fact="quikly-email-acquisition",
            )  # fmt: skip


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
            yield breach_of(
                "no_credit_for_what_was_left_out", credit,
                f"credited ({credit.reason}) though Braze had left out what was written",
                fact="track-partial-errors",
            )  # fmt: skip
