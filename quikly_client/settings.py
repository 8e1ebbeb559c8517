"""What the client must know beforehand: where Braze is, and how patient a journey is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from urllib.parse import SplitResult, urlsplit

from quikly_client.errors import BadSettings
from quikly_client.journeys.rules import ActivationRules

LONGEST_NAME = 255
LONGEST_LABEL = 236


@dataclass(frozen=True, slots=True)
class BrazeSettings:
    """The brand's REST endpoint and the key it made for Quikly.

    Raises:
        BadSettings: with every problem at once, and never with the key.
    """

    base_url: str
    api_key: str = field(repr=False)
    connect_timeout_seconds: float = 5
    read_timeout_seconds: float = 30

    def __post_init__(self) -> None:
        _raise_all(
            *_url_problems(self.base_url),
            *_key_problems(self.api_key),
            *_too_small("connect_timeout_seconds", self.connect_timeout_seconds, "seconds"),
            *_too_small("read_timeout_seconds", self.read_timeout_seconds, "seconds"),
        )


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and after which waits, a call with an unknown outcome is tried again.

    A call that has been in flight for `lost_after` was cut off with its process; until then no
    other process takes it up.

    Facts: server-error-outcome-unknown
    """

    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(minutes=5)
    attempts: int = 12
    lost_after: timedelta = timedelta(minutes=1)
    seed: int = 0

    def __post_init__(self) -> None:
        _raise_all(
            *_not_positive("first_wait", self.first_wait),
            *_shorter("longest_wait", self.longest_wait, "first_wait", self.first_wait),
            *_too_small("attempts", self.attempts, "tries", least=1),
            *_not_positive("lost_after", self.lost_after),
        )

    def wait_after(self, attempt: int, *subject: str) -> timedelta:
        """The wait after try number `attempt` (from 1) of `subject`.

        It doubles up to `longest_wait`, and between half and all of it is taken: many journeys
        that failed together come back spread out. The choice hangs on the seed and the subject
        alone, so every process makes the same one.
        """
        doublings = min(attempt - 1, 60)
        seconds = self.first_wait.total_seconds() * 2.0**doublings
        seconds = min(seconds, self.longest_wait.total_seconds())
        chance = Random(":".join((str(self.seed), *subject, str(attempt))))
        return timedelta(seconds=chance.uniform(seconds / 2, seconds))


@dataclass(frozen=True, slots=True)
class JourneySettings:
    """How a participation is carried to Braze, and how long each wait is.

    Facts: group-change-needs-a-finished-profile, pause-between-dependent-calls
    """

    subscription_group_id: str
    # The partner page says "about 2 minutes", the page on rate limits recommends 5 between calls
    # that depend on each other; the longer of them and a margin hold under both.
    creation_wait: timedelta = timedelta(minutes=5, seconds=30)
    # The pause that Braze recommends between calls that depend on each other.
    confirm_after: timedelta = timedelta(minutes=5)
    verify_after: timedelta = timedelta(minutes=2)
    verify_until: timedelta = timedelta(hours=1)
    # Braze advises to wait some minutes before calling an update lost.
    set_again_after: timedelta = timedelta(minutes=10)
    opt_in_first_poll: timedelta = timedelta(seconds=30)
    opt_in_longest_poll: timedelta = timedelta(minutes=15)
    # Braze takes no confirmation after it.
    opt_in_window: timedelta = timedelta(days=30)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    alias_label: str = "email"
    participation_attribute: str = "quikly_activations"
    participation_event: str = "quikly_participated"
    # For activations that `activations` does not name.
    rules: ActivationRules = field(default_factory=ActivationRules)
    activations: Mapping[str, ActivationRules] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _raise_all(
            *_id_problems("subscription_group_id", self.subscription_group_id),
            *_not_positive("creation_wait", self.creation_wait),
            *_not_positive("confirm_after", self.confirm_after),
            *_not_positive("verify_after", self.verify_after),
            *_shorter("verify_until", self.verify_until, "verify_after", self.verify_after),
            *_not_positive("set_again_after", self.set_again_after),
            *_not_positive("opt_in_first_poll", self.opt_in_first_poll),
            *_shorter(
                "opt_in_longest_poll",
                self.opt_in_longest_poll,
                "opt_in_first_poll",
                self.opt_in_first_poll,
            ),
            *_shorter(
                "opt_in_window",
                self.opt_in_window,
                "opt_in_longest_poll",
                self.opt_in_longest_poll,
            ),
            *_name_problems("alias_label", self.alias_label, LONGEST_LABEL),
            *_name_problems("participation_attribute", self.participation_attribute),
            *_name_problems("participation_event", self.participation_event),
            *_rules_problems("rules", self.rules),
            *(
                problem
                for name, rules in self.activations.items()
                for problem in _rules_problems(f"activations[{name!r}]", rules)
            ),
        )

    def rules_of(self, activation: str) -> ActivationRules:
        """How the participants of an activation are acquired."""
        return self.activations.get(activation, self.rules)

    def group_of(self, activation: str) -> str:
        """The subscription group that an activation is about."""
        return self.rules_of(activation).subscription_group_id or self.subscription_group_id


def _raise_all(*problems: str) -> None:
    if problems:
        raise BadSettings(problems)


def _url_problems(url: str) -> Iterable[str]:
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it checks it
    except ValueError as error:
        return [f"base_url {url!r} is no URL ({error}): {_URL_REMEDY}"]
    if parts.username or parts.password:
        # The URL is not repeated: it holds a secret.
        return [f"base_url holds a user name or password: {_URL_REMEDY}"]
    return [f"base_url {url!r} {problem}: {_URL_REMEDY}" for problem in _faults_of(url, parts)]


_URL_REMEDY = "give the instance's REST endpoint, such as https://rest.iad-01.braze.com"


def _faults_of(url: str, parts: SplitResult) -> Iterable[str]:
    if parts.scheme not in ("http", "https"):
        yield "does not start with https:// or http://"
    if not parts.hostname:
        yield "names no host"
    elif parts.hostname.startswith("dashboard"):
        yield "is the dashboard's address"
    if parts.query or parts.fragment:
        yield "holds a query or fragment"
    if any(character.isspace() for character in url):
        yield "holds whitespace"


def _key_problems(key: str) -> Iterable[str]:
    """Facts: quoted-key-is-refused"""
    if not key.strip():
        return ["api_key is empty: give the REST API key that the brand made for Quikly"]
    problems = []
    if any(character.isspace() for character in key):
        problems.append("api_key holds whitespace: copy the key alone, without line breaks")
    if any(quote in key for quote in "\"'`"):
        problems.append("api_key holds a quote: copy the key without quotes")
    if not key.isascii() or not key.replace(" ", "").isprintable():
        problems.append("api_key holds a character no HTTP header can carry: copy it again")
    return problems


def _id_problems(name: str, value: str) -> Iterable[str]:
    if not value.strip():
        yield f"{name} is empty: give the API identifier that the brand's dashboard shows"
    elif any(character.isspace() for character in value):
        yield f"{name} {value!r} holds whitespace: give the identifier alone"


def _name_problems(name: str, value: str, longest: int = LONGEST_NAME) -> Iterable[str]:
    """Facts: name-limits, alias-limits"""
    if not value or value != value.strip():
        yield f"{name} {value!r} is empty or has outer spaces: give a plain name"
    if len(value.encode()) > longest or value.startswith("$"):
        yield f"{name} {value!r} is longer than {longest} bytes or starts with $"


def _rules_problems(name: str, rules: ActivationRules) -> Iterable[str]:
    if rules.subscription_group_id is not None:
        yield from _id_problems(f"{name}.subscription_group_id", rules.subscription_group_id)
    yield from _name_problems(f"{name}.opt_in_event", rules.opt_in_event)
    for key in rules.opt_in_properties:
        yield from _name_problems(f"{name}.opt_in_properties", key)
    if rules.cascade is not None:
        for key in (*rules.cascade.attributes, *(each.name for each in rules.cascade.events)):
            yield from _name_problems(f"{name}.cascade", key)


def _not_positive(name: str, span: timedelta) -> Iterable[str]:
    if span <= timedelta(0):
        yield f"{name} is {span}: give a span longer than nothing"


def _shorter(name: str, span: timedelta, other_name: str, other: timedelta) -> Iterable[str]:
    if span < other or span <= timedelta(0):
        yield f"{name} is {span}, shorter than {other_name} ({other}): make it at least as long"


def _too_small(name: str, number: float, unit: str, least: float = 0) -> Iterable[str]:
    if not (number >= least and number > 0):
        yield f"{name} is {number}: give a positive number of {unit}"
