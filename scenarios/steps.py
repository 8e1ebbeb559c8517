"""What may happen in a scenario: one value for each kind of step, as machines draw and files tell.

A step is data, so whatever a machine finds can be written down, read and played again exactly.
Spans are seconds of simulated time.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

import msgspec

from quikly_client.participants import Participant
from quikly_client.results import SubscriptionState
from scenarios.agreed import BRAND_KEY, DOUBLE_OPT_IN_GROUP_ID, GROUP_ID, PARTNER_KEY, WEBHOOK_VALUE
from scenarios.lab import Lab, Reply
from scenarios.partners_host import PartnersAnswer

# The groups of text messages: people join the offers at once, and the rewards by opting in twice.
Group = Literal["offers", "rewards"]
GROUPS: Mapping[Group, str] = {"offers": GROUP_ID, "rewards": DOUBLE_OPT_IN_GROUP_ID}
Credential = Literal["right", "wrong", "missing"]
AUTHORIZATIONS: Mapping[Credential, str] = {
    "right": f"Bearer {WEBHOOK_VALUE}", "wrong": "Bearer guessed", "missing": "",
}  # fmt: skip


# Spans from here on would be told as powers of ten.
FULLY_TOLD = 100_000
# What makes a client wait for an answer.
WAITS = ("latency", "slow_drip")


def _tag(class_name: str) -> str:
    """`BrandSignsUp` is told as `brand_signs_up`."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in class_name)[1:]


def _in_words(value: Any) -> str:
    match value:
        case dict():
            return ", ".join(f"{name} {_in_words(each)}" for name, each in value.items())
        case list() | tuple():
            return ", ".join(map(_in_words, value))
        case float():
            return f"{value:g}" if value < FULLY_TOLD else f"{value:.0f}"
        case _:
            return str(value)


class _Step(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag=_tag,
    tag_field="step",
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    def happen(self, lab: Lab) -> None:
        """Let it happen, at the lab's present moment."""
        raise NotImplementedError

    def __str__(self) -> str:
        """The step in words, such as `wait: seconds 60`."""
        told = msgspec.to_builtins(self)
        name = told.pop("step").replace("_", " ")
        return f"{name}: {_in_words(told)}" if told else name


class Participate(_Step, frozen=True):
    """A person takes part; one who opts in twice may text a reply to the prompt later.

    `attributes` are further ones that the brand asked for.
    """

    email: str
    activation: str
    phone: str | None = None
    attributes: dict[str, str] = {}
    reply: str | None = None
    reply_after: float = 120

    def happen(self, lab: Lab) -> None:
        if self.phone is not None and self.reply is not None:
            lab.let_reply(self.phone, Reply(self.reply, timedelta(seconds=self.reply_after)))
        lab.participate(
            Participant(0, self.email, self.phone, self.activation, lab.now, self.attributes)
        )
        lab.integration.run_due(lab.now)


class BrandSignsUp(_Step, frozen=True):
    """The brand's own system writes a customer, who may be there already."""

    external_id: str
    email: str
    phone: str | None = None

    def happen(self, lab: Lab) -> None:
        phone = {} if self.phone is None else {"phone": self.phone}
        lab.brand.track([{"external_id": self.external_id, "email": self.email, **phone}])


class BrandChangesPhone(_Step, frozen=True):
    """A customer gives the brand another number."""

    external_id: str
    phone: str

    def happen(self, lab: Lab) -> None:
        lab.brand.track([{"external_id": self.external_id, "phone": self.phone}])


class BrandIdentifies(_Step, frozen=True):
    """The brand learns who is behind a profile that the integration made."""

    email: str
    external_id: str

    def happen(self, lab: Lab) -> None:
        lab.may_withhold = True
        for profile in lab.control.profiles(email=self.email):
            for alias in profile["user_aliases"] if profile["external_id"] is None else ():
                named = {"external_id": self.external_id, "user_alias": alias}
                lab.calls(BRAND_KEY, "/users/identify", {"aliases_to_identify": [named]})


class BrandMerges(_Step, frozen=True):
    """The brand merges a customer into another."""

    merged: str
    kept: str

    def happen(self, lab: Lab) -> None:
        lab.may_withhold = True
        update = {
            "identifier_to_merge": {"external_id": self.merged},
            "identifier_to_keep": {"external_id": self.kept},
        }
        lab.calls(BRAND_KEY, "/users/merge", {"merge_updates": [update]})


class BrandDeletes(_Step, frozen=True):
    """The brand deletes a customer."""

    external_id: str

    def happen(self, lab: Lab) -> None:
        lab.may_withhold = True
        lab.calls(BRAND_KEY, "/users/delete", {"external_ids": [self.external_id]})


class BrandSetsState(_Step, frozen=True):
    """The brand subscribes or unsubscribes a number in a group of text messages."""

    phone: str
    state: Literal["subscribed", "unsubscribed"]
    group: Group = "offers"

    def happen(self, lab: Lab) -> None:
        state = SubscriptionState(self.state)
        lab.brand.set_subscription_state(GROUPS[self.group], state, self.phone)


class ConsumerTexts(_Step, frozen=True):
    """A consumer texts something to the number of a group."""

    phone: str
    body: str
    group: Group = "rewards"

    def happen(self, lab: Lab) -> None:
        lab.text(self.phone, self.body, GROUPS[self.group])


class BrazeFails(_Step, frozen=True):
    """The integration's next calls of a path go wrong, some times."""

    effect: dict[str, Any]
    path: str
    times: int = 1

    def happen(self, lab: Lab) -> None:
        if self.effect.get("kind") in WAITS and not lab.can_wait:
            return
        match = {"path": self.path, "api_key": PARTNER_KEY}
        lab.control.break_calls(self.effect, match, times=self.times)


class BrandCalls(_Step, frozen=True):
    """A call of the brand's own system, for what has no step of its own."""

    path: str
    method: Literal["GET", "POST"] = "POST"
    body: dict[str, Any] | None = None

    def happen(self, lab: Lab) -> None:
        lab.calls(BRAND_KEY, self.path, self.body, self.method)


class PartnerCalls(_Step, frozen=True):
    """A call with the partner's key that the integration under test would not make."""

    path: str
    method: Literal["GET", "POST"] = "POST"
    body: dict[str, Any] | None = None

    def happen(self, lab: Lab) -> None:
        lab.calls(PARTNER_KEY, self.path, self.body, self.method)


class SetUp(_Step, frozen=True):
    """Something is set up, or done, that only the dashboard can do: a call under /control."""

    path: str
    body: dict[str, Any]
    method: Literal["POST", "PUT", "PATCH"] = "POST"

    def happen(self, lab: Lab) -> None:
        lab.control.call(self.method, self.path, self.body)


class Wait(_Step, frozen=True):
    """Time passes, and what becomes due on the way is done."""

    seconds: float

    def happen(self, lab: Lab) -> None:
        lab.run(until=lab.now + timedelta(seconds=self.seconds))


class NextStep(_Step, frozen=True):
    """Time jumps to what is due next, and one thing is done."""

    def happen(self, lab: Lab) -> None:
        lab.perform_next()


class Restart(_Step, frozen=True):
    """The integration's process ends and begins again; what it has stored is all it knows."""

    def happen(self, lab: Lab) -> None:
        lab.integration.restart()


class Crash(_Step, frozen=True):
    """The integration's process ends while its next call is under way, and begins again."""

    def happen(self, lab: Lab) -> None:
        lab.begin_another_process()
        lab.integration.crash()


class Overlap(_Step, frozen=True):
    """While the integration's next call is under way, another of its workers does what is due."""

    def happen(self, lab: Lab) -> None:
        lab.begin_another_process()
        lab.integration.overlap(lab.now)


class WebhookComes(_Step, frozen=True):
    """Braze calls the integration's webhook receiver: somebody did something in an activation."""

    email: str
    q_scope: str
    event: str = "claim"
    credential: Credential = "right"

    def happen(self, lab: Lab) -> None:
        body = {"q_scope": self.q_scope, "event": self.event, "email": self.email}
        lab.call_receiver(body, AUTHORIZATIONS[self.credential])


class WebhooksArrive(_Step, frozen=True):
    """From now on the webhooks of campaigns arrive at the partner's host, and get these answers
    one after the other, the last one for ever: a status, what the integration says, or none.
    """

    answers: tuple[PartnersAnswer, ...] = ("integration",)

    def happen(self, lab: Lab) -> None:
        lab.open_to_webhooks(self.answers)


class WebhooksCome(_Step, frozen=True):
    """Braze calls the receiver for several people at the same time."""

    emails: tuple[str, ...]
    q_scope: str
    event: str = "claim"

    def happen(self, lab: Lab) -> None:
        said = {"q_scope": self.q_scope, "event": self.event}
        bodies = [{**said, "email": email} for email in self.emails]
        lab.call_receiver_together(bodies, AUTHORIZATIONS["right"])


Step = (
    Participate
    | BrandSignsUp
    | BrandChangesPhone
    | BrandIdentifies
    | BrandMerges
    | BrandDeletes
    | BrandSetsState
    | ConsumerTexts
    | BrazeFails
    | BrandCalls
    | PartnerCalls
    | SetUp
    | Wait
    | NextStep
    | Restart
    | Crash
    | Overlap
    | WebhookComes
    | WebhooksArrive
    | WebhooksCome
)
