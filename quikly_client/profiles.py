"""Which Braze profile a journey writes to, and how a request points at it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from quikly_client.results import ExportedUser, UserAlias

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class IdentifierKind(StrEnum):
    """The primary identifiers, each of which finds one profile at most; and, where a profile has
    none that we know, its email, by which Braze takes the one that it prefers.

    Facts: email-and-phone-look-up-only-without-primary,
        email-look-up-prefers-identified-then-recent
    """

    EXTERNAL_ID = "external_id"
    USER_ALIAS = "user_alias"
    BRAZE_ID = "braze_id"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class ProfileReference:
    """One identifier. `alias_label` is set for an alias alone.

    Facts: one-primary-identifier-per-object
    """

    kind: IdentifierKind
    value: str
    alias_label: str | None = None

    @classmethod
    def to_alias(cls, alias: UserAlias) -> "ProfileReference":
        """The reference by which a profile made by this client is found again."""
        return cls(IdentifierKind.USER_ALIAS, alias.alias_name, alias.alias_label)

    def __str__(self) -> str:
        return f"the profile found by its {self.kind}"


def best_profile(users: Iterable[ExportedUser], alias: UserAlias) -> ExportedUser | None:
    """The one to use when several profiles carry the address; None when there is none.

    Identified ones first, then the one this client made (it carries `alias`), then the newest.
    The order of the export says nothing, so the last word is the braze_id's.

    Facts: addresses-are-not-unique, email-look-up-prefers-identified-then-recent
    """

    def preference(user: ExportedUser) -> tuple[bool, bool, datetime, str]:
        return (
            user.external_id is not None,
            alias in user.user_aliases,
            user.created_at or LONG_AGO,
            user.braze_id or "",
        )

    return max(users, key=preference, default=None)


def reference_to(user: ExportedUser, alias: UserAlias) -> ProfileReference:
    """How to write to `user`: by external_id, else by the alias that this client gives, else by
    braze_id, else by another alias, else by the email that it was found by.
    """
    if user.external_id is not None:
        return ProfileReference(IdentifierKind.EXTERNAL_ID, user.external_id)
    if alias in user.user_aliases:
        return ProfileReference.to_alias(alias)
    if user.braze_id is not None:
        return ProfileReference(IdentifierKind.BRAZE_ID, user.braze_id)
    if user.user_aliases:
        return ProfileReference.to_alias(user.user_aliases[0])
    return ProfileReference(IdentifierKind.EMAIL, user.email or alias.alias_name)


def carrying(users: Sequence[ExportedUser], alias: UserAlias) -> ExportedUser | None:
    """The profile that carries `alias`; a label and name together belong to one at most.

    Facts: alias-pair-is-unique
    """
    return next((user for user in users if alias in user.user_aliases), None)
