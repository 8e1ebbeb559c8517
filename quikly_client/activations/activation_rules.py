"""What makes sense in an activation's file, beyond the shape of its members."""

from itertools import pairwise

from quikly_client.activations.activation import AWARDS, Acquisition, Award, Kind
from quikly_client.activations.reading import Reading

MOST_FALLS = 1_000


def judge(reading: Reading) -> None:
    """Note every problem of a file whose shape has been judged already."""
    _times(reading)
    _kind(reading)
    _offer(reading)
    if reading.has("incentive_tiers"):
        _ranks(reading)
        _response_times(reading)
        _quantities(reading)
        _odds(reading)
    if reading.get("falling_offer") is not None:
        _falls(reading)
    _seed(reading)
    _events(reading)
    _workflow(reading)


def _times(reading: Reading) -> None:
    named = [
        (name, moment)
        for name in ("opens", "drops", "closes")
        if (moment := reading.moment(name)) is not None
    ]
    for (earlier, first), (later, second) in pairwise(named):
        if second <= first:
            reading.object_to((later,), f"this must be later than {earlier} ({first.isoformat()})")


def _kind(reading: Reading) -> None:
    kind, award = reading.get("kind"), reading.get("award")
    if kind is None:
        return
    if kind == Kind.HYPE:
        _needs(reading, "drops", says="a hype drops its rewards at a time; say when")
        _needs(
            reading, "opt_in_events", says="consumers opt in to a hype; name the events of doing so"
        )
    else:
        _lacks(reading, "drops", says=f"only a hype has it; a {kind} begins when it opens")
        _lacks(reading, "opt_in_events", says=f"only a hype has them, not a {kind}")
    awards = AWARDS[Kind(kind)]
    if award is not None and award not in awards:
        reading.object_to(("award",), f"a {kind} awards by {' or '.join(awards)}, not by {award}")


def _offer(reading: Reading) -> None:
    if reading.has("falling_offer"):
        _lacks(
            reading, "incentive_tiers", says="a falling offer makes its own tiers; leave one out"
        )
        if reading.get("award") not in (None, Award.TIME):
            reading.object_to(("falling_offer",), "this is for award: time")
    else:
        _needs(reading, "incentive_tiers", says="say what there is to win")


def _ranks(reading: Reading) -> None:
    seen: dict[int, int] = {}
    for index in reading.items("incentive_tiers"):
        rank = reading.get("incentive_tiers", index, "rank")
        if rank is None:
            continue
        if rank in seen:
            says = f"incentive_tiers[{seen[rank]}] has rank {rank} already"
            reading.object_to(("incentive_tiers", index, "rank"), says)
        seen.setdefault(rank, index)


def _in_order(reading: Reading) -> list[int]:
    """The indices of the tiers, the best first; those without a sound rank are left out."""
    ranked = [
        (rank, index)
        for index in reading.items("incentive_tiers")
        if (rank := reading.get("incentive_tiers", index, "rank")) is not None
    ]
    return [index for _, index in sorted(ranked)]


def _response_times(reading: Reading) -> None:
    award = reading.get("award")
    bound, before = 0, None
    for index in _in_order(reading):
        path = ("incentive_tiers", index, "upper_response_time")
        if award is not None and award not in (Award.RESPONSE_TIME, Award.TIME):
            _lacks(reading, *path, says=f"this is for award: response_time or time, not {award}")
            continue
        if award is None:
            continue
        if before is not None and not reading.has(*before):
            says = f"only the last tier may lack it: from {_name(before)} on it is never reached"
            reading.object_to(before, says)
        seconds = reading.get(*path)
        if seconds is not None and seconds <= bound:
            reading.object_to(path, f"this must be more than the {bound:g} s of the better tier")
        bound, before = max(bound, seconds or 0), path


def _name(path: tuple[str | int, ...]) -> str:
    return f"incentive_tiers[{path[1]}]"


def _quantities(reading: Reading) -> None:
    """Facts: drop-awards, swap-scarcity"""
    award = reading.get("award")
    tiers = _in_order(reading)
    if award is None or award == Award.TIME:
        return
    for index in tiers:
        path = ("incentive_tiers", index, "quantity")
        if reading.has(*path):
            continue
        is_last = index == tiers[-1]
        if award == Award.CHANCE:
            reading.object_to(path, "say how many of it can be won")
        elif not reading.has("quantity"):
            says = "rewards are finite; say how many there are, here or for all tiers together"
            reading.object_to(path, says)
        elif award in (Award.RANK, Award.QUANTITY) and not is_last:
            reading.object_to(path, "without it no worse tier is ever reached; say how many")


def _odds(reading: Reading) -> None:
    tiers = reading.items("incentive_tiers")
    having = [index for index in tiers if reading.has("incentive_tiers", index, "odds")]
    award = reading.get("award")
    if award != Award.CHANCE:
        for index in having if award is not None else ():
            reading.object_to(("incentive_tiers", index, "odds"), "this is for award: chance")
        return
    if having and len(having) < len(tiers):
        for index in tiers:
            if index not in having:
                says = "either each tier has odds, or none"
                reading.object_to(("incentive_tiers", index, "odds"), says)
    total = sum(reading.get("incentive_tiers", index, "odds") or 0 for index in having)
    if total > 1 + 1e-9:
        says = f"all odds together are {total:g}; they can be 1 at most"
        reading.object_to(("incentive_tiers", having[-1], "odds"), says)
    if not having and reading.get("kind") == Kind.DROP:
        _needs(reading, "closes", says="winners are drawn when it closes; say when, or give odds")


def _falls(reading: Reading) -> None:
    start, end, step = (reading.get("falling_offer", name) for name in ("from", "to", "by"))
    if None in (start, end, step):
        return
    if start <= end:
        reading.object_to(("falling_offer", "from"), f"this must be more than 'to' ({end:g})")
    elif (start - end) / step > MOST_FALLS:
        says = f"the offer would fall more than {MOST_FALLS:,} times; make it larger"
        reading.object_to(("falling_offer", "by"), says)


def _seed(reading: Reading) -> None:
    award = reading.get("award")
    if award == Award.CHANCE:
        _needs(reading, "seed", says="the draw hangs on it; give a long random text")
    elif award is not None:
        _lacks(reading, "seed", says=f"this is for award: chance; nothing is drawn by {award}")


def _events(reading: Reading) -> None:
    opting = reading.get("opt_in_events") or []
    for index in reading.items("events"):
        name = reading.get("events", index)
        if name is not None and name in opting:
            reading.object_to(("events", index), f"{name!r} is an opt-in event already")
    has_odds = any(
        reading.has("incentive_tiers", index, "odds") for index in reading.items("incentive_tiers")
    )
    if reading.get("kind") == Kind.HYPE and reading.get("award") == Award.CHANCE and not has_odds:
        _lacks(reading, "events", says="winners are drawn from those who opted in; leave this out")


def _workflow(reading: Reading) -> None:
    """Facts: quikly-email-acquisition, quikly-sms-acquisition"""
    kind = reading.get("workflow", "kind")
    if kind is None:
        return
    group, event = ("workflow", "subscription_group_id"), ("workflow", "event")
    if kind == Acquisition.EMAIL:
        _lacks(reading, *group, says="an email acquisition has no SMS group")
    else:
        _needs(reading, *group, says="give the API identifier that the brand's dashboard shows")
    if kind == Acquisition.DOUBLE_OPT_IN:
        _needs(reading, *event, says="name the custom event that triggers the brand's campaign")
    else:
        _lacks(reading, *event, says="this is for kind: double_opt_in")


def _needs(reading: Reading, *path: str | int, says: str) -> None:
    if not reading.has(*path):
        reading.object_to(path, f"this is missing: {says}")


def _lacks(reading: Reading, *path: str | int, says: str) -> None:
    if reading.has(*path):
        reading.object_to(path, says)
