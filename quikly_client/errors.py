"""What can go wrong, as one tree.

    QuiklyError
    ├── BadSettings             settings nobody could work with; names every problem at once
    ├── BadParticipants         a participants file that cannot be read as a whole
    ├── BadStore                a store's file that cannot be opened, read or written
    ├── BadActivation           an activation's file that defines none; names every problem at once
    ├── Overtaken               another process has moved a participation on in the meantime
    ├── AlreadyCredited         a second credit for the same participant in the same activation
    └── BrazeError              a call to Braze that did not bring the documented answer
        ├── NoAnswer            timeout, refused or reset connection: outcome unknown
        ├── BrazeUnavailable    5xx: outcome unknown
        ├── RateLimited         429: not performed; says how long to wait
        ├── Refused             any other 4xx: not performed, and repeating it changes nothing
        ├── AccessRefused       Braze does not take the key; going on would fail everybody
        └── UnexpectedAnswer    an answer that is not as documented: outcome unknown

No message holds an API key, and addresses in our own messages are shortened.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from quikly_client.rate_headers import retry_wait

DEFAULT_RATE_LIMIT_WAIT = timedelta(seconds=1)


class QuiklyError(Exception):
    """The root of everything this client raises on purpose."""


class BadSettings(QuiklyError):
    """Settings that cannot work. `problems` holds every one found."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class BadParticipants(QuiklyError):
    """A participants file that cannot be read at all: what is wrong, where, what to do."""

    def __init__(self, file: str, problem: str, remedy: str) -> None:
        self.file = file
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{file}: {problem}. {remedy}.")


class BadStore(QuiklyError):
    """A store's file that cannot be used: what is wrong, and what to do."""

    def __init__(self, file: str, problem: str, remedy: str) -> None:
        self.file = file
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{file}: {problem}. {remedy}.")


class BadActivation(QuiklyError):
    """A file that defines no activation. `problems` holds every reason, each with its line."""

    def __init__(self, file: str, problems: Sequence[str]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__("".join([f"{file} is no activation:", *(f"\n  {p}" for p in problems)]))


class Overtaken(QuiklyError):
    """The stored participation is no longer the one that was found; nothing was changed."""


class AlreadyCredited(QuiklyError):
    """The participant already has the credit of this activation; nothing was changed."""


class BrazeError(QuiklyError):
    """A call to Braze did not bring the documented answer."""


class NoAnswer(BrazeError):
    """Nothing came back, so nobody knows whether Braze performed the call."""


class BrazeUnavailable(BrazeError):
    """Braze, or something in front of it, answered 5xx; the call may have taken effect.

    Facts: server-error-outcome-unknown
    """

    def __init__(self, call: str, status: int) -> None:
        self.status = status
        super().__init__(f"{call} was answered {status}")


class Refused(BrazeError):
    """Braze understood and said no (4xx other than 429).

    `message` and `errors` are Braze's words; `errors` holds one text per refused object.

    Facts: other-refusals-are-final
    """

    def __init__(self, call: str, status: int, message: str, errors: Sequence[str] = ()) -> None:
        self.call = call
        self.status = status
        self.message = message
        self.errors = tuple(errors)
        details = f" ({'; '.join(self.errors)})" if self.errors else ""
        super().__init__(f"{call} was refused with {status}: {message}{details}")

    @property
    def is_about_the_key(self) -> bool:
        """Whether the key is at fault, so that every call of this endpoint would be refused.

        Facts: missing-permission-statuses, wrong-instance-is-an-unknown-key
        """
        return self.status in (401, 403)


class AccessRefused(BrazeError):
    """Braze does not take the key, or not for a call that the integration needs.

    Facts: four-permissions, missing-permission-statuses, wrong-instance-is-an-unknown-key
    """

    def __init__(self, refused: Refused) -> None:
        self.status = refused.status
        # Braze names the permission of an endpoint like its path.
        self.permission = refused.call.partition("/")[2].replace("/", ".")
        super().__init__(
            f"{refused}. See that the key is of the instance at this URL, and has the permission "
            f"{self.permission}"
        )


class UnexpectedAnswer(BrazeError):
    """The answer is not as documented, so what it says about the call is unknown."""


class RateLimited(BrazeError):
    """Too many calls; this one was not performed. `headers` say when to come back."""

    def __init__(self, call: str, headers: Mapping[str, str]) -> None:
        self.headers = {name.lower(): value for name, value in headers.items()}
        super().__init__(f"{call} was rate limited")

    def wait(self, now: datetime) -> timedelta:
        """How long to keep away from the endpoint, counted from `now`; never negative.

        Without a usable header it is one second.

        Facts: rate-limit-reset-two-meanings, rate-limited-429
        """
        wait = retry_wait(self.headers, now)
        return DEFAULT_RATE_LIMIT_WAIT if wait is None else wait
