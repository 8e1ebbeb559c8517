"""One person's participation in one activation: all that a killed process must find again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from quikly_client import shortened
from quikly_client.profiles import ProfileReference
from quikly_client.results import SubscriptionState, UserAlias

Value = str | int | float | bool


class Workflow(StrEnum):
    """By which channel a participant is acquired, or what else is done for one."""

    EMAIL = "email"
    SMS = "sms"
    SMS_DOUBLE_OPT_IN = "sms_double_opt_in"
    CASCADE = "cascade"


class Outcome(StrEnum):
    """How a participation ended, as far as the participant is concerned."""

    CREDITED = "credited"
    NOT_CREDITED = "not_credited"
    EXPIRED = "expired"
    WRITTEN_BACK = "written_back"
    NOT_WRITTEN_BACK = "not_written_back"


class Step(StrEnum):
    """Every step of every journey; which follows which is the journeys' matter."""

    CHECK = "check"
    LOOK_UP = "look_up"
    LOOK_UP_ALIAS = "look_up_alias"
    MARK = "mark"
    CREATE = "create"
    ATTACH_PHONE = "attach_phone"
    CONFIRM = "confirm"
    SUBSCRIBE = "subscribe"
    VERIFY = "verify"
    ASK = "ask"
    AWAIT = "await"
    ANNOUNCE = "announce"
    FIND = "find"
    WRITE_BACK = "write_back"
    TELL = "tell"
    DONE = "done"


class ParticipationKey(NamedTuple):
    """A person takes part in an activation once, and each of its outcomes is written back once.

    `outcome` names what a cascade is about; it is empty for the participation itself.
    """

    activation: str
    email: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CustomEvent:
    """An event that the brand wants to see on the profile; `time` is when it happened."""

    name: str
    time: datetime
    properties: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cascade:
    """What of an outcome in an activation is written back to Braze, as the brand asked for.

    `outcome` tells it from others of the same person in the same activation.

    Facts: outcomes-cascade
    """

    outcome: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    events: tuple[CustomEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Participation:
    """How far one participation has come.

    `due` is None once it is settled. `attempts` counts the tries of the present call and
    `in_flight` says that the latest has no answer yet, so after a crash its outcome is unknown.
    `writes` counts how often the profile was created or given its phone, `looked_at` is when its
    profile was last looked up and `seen_at` when it was first seen to carry the phone since then.
    `polls` counts how often the present step looked and did not find. `state_before` is what Braze
    said of the number at first, `sets` counts how often it was asked to subscribe it, and
    `subscribed_at` is when it last took that; `may_have_stopped` says that the number has read as
    unsubscribed since. `asked_at` is when the event went out that makes the brand ask for the
    double opt-in.
    `attributes` are further ones that the brand asked for. `cascade` is what is written back, after
    the credit or, in the workflow of that name, as all there is to do; `told` counts its events
    that went out or will not.
    """

    activation: str
    email: str
    phone: str | None
    workflow: Workflow
    consented_at: datetime
    step: Step
    due: datetime | None
    started_at: datetime
    attempts: int = 0
    in_flight: bool = False
    outcome: Outcome | None = None
    reason: str | None = None
    profile: ProfileReference | None = None
    profile_created: bool = False
    writes: int = 0
    looked_at: datetime | None = None
    seen_at: datetime | None = None
    polls: int = 0
    state_before: SubscriptionState | None = None
    sets: int = 0
    subscribed_at: datetime | None = None
    may_have_stopped: bool = False
    asked_at: datetime | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    cascade: Cascade | None = None
    told: int = 0
    settled_at: datetime | None = None
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> ParticipationKey:
        """What tells this participation from every other."""
        about = ""
        if self.workflow is Workflow.CASCADE and self.cascade is not None:
            about = self.cascade.outcome
        return ParticipationKey(self.activation, self.email, about)

    @property
    def known_profile(self) -> ProfileReference:
        """The profile to write to, in a step that comes after finding or making one."""
        if self.profile is None:
            raise ValueError(f"{self} has reached {self.step} without a profile")
        return self.profile

    @property
    def known_phone(self) -> str:
        """The number to subscribe, in a journey for participants who gave one."""
        if self.phone is None:
            raise ValueError(f"{self} has reached {self.step} without a phone")
        return self.phone

    @property
    def known_cascade(self) -> Cascade:
        """What to write back, in a step that does so."""
        if self.cascade is None:
            raise ValueError(f"{self} has reached {self.step} without anything to write back")
        return self.cascade

    def alias(self, label: str) -> UserAlias:
        """The alias that this client gives the profiles it makes.

        Facts: alias-pair-is-unique
        """
        return UserAlias(self.email, label)

    def __str__(self) -> str:
        return f"{shortened.email(self.email)} in {self.activation} ({self.workflow})"
