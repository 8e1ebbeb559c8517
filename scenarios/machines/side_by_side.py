"""Side by side: a fake and the oracle get the same requests, and every answer is compared.

Not compared, since no fact determines it: the texts of refusals but for those that Braze shows, the
`type` of errors, the order of exported users, `created_at` but for lying between acceptance and
readability, `first` and `last` of events, and a count whose event is exactly 90 days old. A
`braze_id` is Braze's own invention: it must only stay the same for the same person.

Dials that the oracle does not follow stay at their default: `reorder` and the jitter are random;
others are about values that the machines do not draw (bad phones, more than 50 of anything, the
100-profile spread, the global email state, lists, segments) or about access and transport.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson
import requests
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from requests.structures import CaseInsensitiveDict

from mock_braze.app import create_app
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.in_process import BASE_URL, WSGIAdapter, in_process_session
from scenarios.control import Control
from scenarios.model.answers import Answer, Json
from scenarios.model.people import Person
from scenarios.model.subscription_groups import Group
from scenarios.model.unknowns import Unknowns
from scenarios.oracle import Oracle

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
KEY = "side-by-side"
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
SPANS = (0, 2, 120)
# Time stands still while a machine looks around, which is more than Braze allows in a minute.
NO_LIMIT = 1_000_000
EXPORTED_FIELDS = [
    "braze_id", "external_id", "user_aliases", "email", "phone", "first_name",
    "custom_attributes", "custom_events", "created_at",
]  # fmt: skip


# The values of each dial that the oracle follows.
DIALS: Mapping[str, Sequence[int | str]] = {
    "ingestion_lag": SPANS,
    "creation_lag": SPANS,
    "status_lag": SPANS,
    "deletion_lag": SPANS,
    "merge_lag": SPANS,
    "early_subscription": ("orphaned", "lost", "applied"),
    "orphan_status": ("state", "unknown"),
    "status_key": ("queried", "stored"),
    "wrong_channel": ("refused", "unknown"),
    "alias_events": ("create", "drop"),
    "concurrent_email_creations": ("duplicate", "reuse"),
    "nobody_found": ("omitted", "listed"),
    "export_tallies": ("within_90_days", "whole"),
    "unmatched_priority": ("nobody", "skipped"),
    "delete_kinds": ("one", "several"),
    "identify_unknown_external_id": ("named", "refused"),
    "identify_counters": ("sent", "all"),
    "renamed_ids": ("new", "current"),
    "unknown_status": ("unknown", "Unknown"),
    "missing_state": ("refused", "ignored"),
    "missing_subscriber": ("refused", "ignored"),
    "email_and_phone_query": ("refused", "email_wins"),
    "flag_on_single_opt_in_group": ("subscribed", "ignored"),
    "pending_status": ("as_before", "unsubscribed", "unknown"),
    "confirmation_window_from": ("last_prompt", "first_prompt"),
    "prompt_cap": ("24_hours", "calendar_day"),
    "prompt_delivery": ("sent", "dropped"),
    "unlisted_opt_in_keyword": ("prompt", "subscribe", "other"),
    "start_while_subscribed": ("silent", "opt_in_reply"),
    "confirmation_outside_pending": ("other", "confirmation"),
}


def unknowns(*names: str) -> st.SearchStrategy[Unknowns]:
    """Some dials at any of their values; the others at their default.

    In half of the examples nothing has a lag and nothing is out of the ordinary, so that more
    comes of their steps.
    """
    no_lags: dict[str, Any] = {name: 0 for name in names if name.endswith("_lag")}
    return st.just(Unknowns(**no_lags)) | st.builds(
        Unknowns, **{name: st.sampled_from(DIALS[name]) for name in names}
    )


class Disagreement(AssertionError):
    """The fake and the oracle differ, and the facts decide which of them is wrong."""


class SideBySide(RuleBasedStateMachine):
    """What the machines of this room share: both sides, one time, and the comparisons."""

    steps: ClassVar[int] = 0  # of all examples
    permissions: ClassVar[Sequence[str]] = ()
    is_running = False
    oracle: Oracle

    def start(self, unknowns: Unknowns, groups: Sequence[Group] = ()) -> None:
        """Both sides as new, under the same dials."""
        app = create_app(Workspaces(ManualClock(START)))
        self._adapter = WSGIAdapter(app)
        self.control = Control(in_process_session(app), BASE_URL)
        self.control.add_key(KEY, self.permissions)
        self.control.limit(export_of_few_fields=NO_LIMIT)
        self.control.turn_dials(asdict(unknowns))
        for group in groups:
            self.control.add_group(group.name, group.channel, group.id, **_settings(group))
        self.oracle = Oracle(unknowns, groups)
        self.seen: dict[str, Person] = {}  # braze_id to the oracle's person
        self.is_running = True

    def ask(self, path: str, body: object, expected: Answer) -> None:
        """POST to the fake what the oracle was told, and compare the answers."""
        self.agree(f"POST {path} {body}", self.send(path, body), expected)

    def send(
        self, path: str, body: object = None, query: Mapping[str, Sequence[str] | str] | None = None
    ) -> Answer:
        """What the fake answers; a POST if there is a body.

        Straight into the adapter: a `requests` session takes longer than the fake does.
        """
        request = requests.PreparedRequest()
        request.method = "GET" if body is None else "POST"
        request.url = f"{BASE_URL}{path}?{urlencode(query or {}, doseq=True)}"
        request.body = b"" if body is None else orjson.dumps(body)
        request.headers = CaseInsensitiveDict(HEADERS, **{"Content-Length": str(len(request.body))})
        response = self._adapter.send(request)
        return Answer(response.status_code, orjson.loads(response.content))

    def agree(self, what: str, braze: Answer, oracle: Answer) -> None:
        if oracle != braze:
            raise Disagreement(f"{what}\n  the fake:   {braze}\n  the oracle: {oracle}")

    def pass_time(self, seconds: int) -> None:
        """On both sides."""
        self.oracle.advance(seconds)
        self.control.move_clock(self.clock())

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.oracle.now)

    def export(self, asked: Json) -> None:
        """Both sides find the same people, and tell the same of each.

        Not compared: the order of `users`, which nobody promises; `created_at` but for lying
        between acceptance and readability; `first` and `last` of events, whose form no fact gives.
        """
        braze = self.send("/users/export/ids", {**asked, "fields_to_export": EXPORTED_FIELDS})
        expected, people = self.oracle.exports.export(asked)
        self.agree(f"exported {asked}", braze, expected)
        users = [self._exported(each) for each in braze.body["users"]]
        self._match(asked, users, people)

    def _exported(self, user: Json) -> Json:
        """A user as the oracle tells it."""
        told = dict(user)
        told["user_aliases"] = _sorted_aliases(told["user_aliases"])
        if "custom_events" in told:
            told["custom_events"] = {each["name"]: each["count"] for each in told["custom_events"]}
        return told

    def _match(self, asked: Json, users: list[Json], people: list[Person]) -> None:
        """Users and people in pairs; who was seen before must be who they were.

        Two who are alike and new cannot be told apart; they are recognised once they differ.
        """
        left = {each: self._told(each) for each in people}
        for user in users:
            braze_id = user.pop("braze_id")
            created = _seconds(user.pop("created_at"))
            alike = [
                each
                for each, told in left.items()
                if told == user
                and each.accepted <= created <= each.readable
                and self.seen.get(braze_id, each) is each
                and (each.braze_id or braze_id) == braze_id
            ]
            if not alike:
                raise Disagreement(
                    f"exported {asked}\n  the fake:   {braze_id} created at {created} s {user}\n"
                    f"  the oracle: {[self._told(each) for each in people]}"
                )
            del left[alike[0]]
            if len(alike) == 1 and not any(
                each.braze_id is None
                and self._told(each) == self._told(alike[0])
                and each is not alike[0]
                for each in people
            ):
                self.seen[braze_id] = alike[0]
                alike[0].braze_id = braze_id
        if left:
            raise Disagreement(
                f"exported {asked}\n  the fake:   {users}\n"
                f"  the oracle also has {list(left.values())}"
            )

    def _told(self, person: Person) -> Json:
        told = self.oracle.exports.exported(person)
        told["user_aliases"] = _sorted_aliases(told["user_aliases"])
        return told


def _sorted_aliases(aliases: Iterable[Json]) -> list[Json]:
    return sorted(aliases, key=lambda each: (each["alias_label"], each["alias_name"]))


def _settings(group: Group) -> Json:
    """Every kind of text that an SMS group sends is told by its body."""
    told: Json = {}
    if group.channel == "sms":
        kinds = ("opt_in", "opt_out", "help")
        told["keywords"] = {kind: {"reply": kind} for kind in kinds}
        told["unknown_numbers"] = group.hears_strangers
    if group.is_double:
        told["double_opt_in"] = {
            "opt_in_keywords": ["START"],
            "prompt": "prompt",
            "confirm_keywords": list(group.confirm_words),
            "confirmation": "confirmation",
        }
    return told


def _seconds(moment: str) -> float:
    return (datetime.fromisoformat(moment) - START).total_seconds()
