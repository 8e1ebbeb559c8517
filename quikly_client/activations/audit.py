"""Decide again what was decided, and tell every difference."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from quikly_client import shortened
from quikly_client.activations.activation import Activation
from quikly_client.activations.awarding import DRAW, Act, Standing, decide, decide_draw
from quikly_client.activations.claims import Claim, Stage


def recomputed(activation: Activation, seed: str, claims: Sequence[Claim]) -> list[Claim]:
    """The same acts decided anew, one by one in their order; receipt tokens are taken over."""
    standing, entered, again = Standing(seed=seed), set[str](), list[Claim]()
    for claim in sorted(claims, key=lambda claim: claim.number):
        if claim.event == DRAW and standing.is_drawn:
            continue
        if claim.event == DRAW:
            entries = [each for each in again if each.stage is Stage.ENTRY]
            tokens = _tokens(claims)
            made = decide_draw(activation, standing, entries, claim.at, tokens)
            standing = replace(standing, is_drawn=True)
        else:
            act = Act(claim.stage, claim.email, claim.event, claim.at, _token_of(claim))
            made = [decide(activation, standing, act, has_entered=claim.email in entered)]
        for each in made:
            if each.stage is Stage.ENTRY:
                entered.add(each.email)
            standing = standing.after(each) if each.number else standing
        again += made
    return again


def audit(activation: Activation, seed: str, claims: Sequence[Claim]) -> list[str]:
    """Every claim that is not what deciding again makes of it; none when all is well."""
    again = dict[tuple[Stage, str], Claim]()
    for each in recomputed(activation, seed, claims):
        again.setdefault((each.stage, each.email), each)
    return list(_differences(claims, again))


def _differences(claims: Sequence[Claim], again: dict[tuple[Stage, str], Claim]) -> Iterator[str]:
    seen = set[tuple[Stage, str]]()
    for claim in claims:
        key = (claim.stage, claim.email)
        who = shortened.email(claim.email)
        if key in seen:
            yield f"{who} was decided about again as number {claim.number}"
        elif key not in again:
            yield f"{who} is {_told(claim)}, but nothing leads to it"
        elif _decision(claim) != _decision(again[key]):
            yield f"{who} is {_told(claim)}, but should be {_told(again[key])}"
        seen.add(key)
    for key, claim in again.items():
        if key not in seen:
            yield f"{shortened.email(claim.email)} should be {_told(claim)}, but is missing"


def _decision(claim: Claim) -> tuple[object, ...]:
    return claim.number, claim.outcome, claim.tier


def _told(claim: Claim) -> str:
    tier = "" if claim.tier is None else f" ({claim.tier.description})"
    return f"number {claim.number}, {claim.outcome}{tier}"


def _token_of(claim: Claim) -> str:
    return "" if claim.order is None else claim.order.receipt_token


def _tokens(claims: Sequence[Claim]) -> Iterator[str]:
    """Those of the draw in its order, and then none."""
    for claim in claims:
        if claim.event == DRAW and claim.order is not None:
            yield claim.order.receipt_token
    while True:
        yield ""
