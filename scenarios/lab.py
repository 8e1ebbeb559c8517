"""Lab: a fake, an integration and one simulated time for both; in-process or over a real port."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import orjson
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from mock_braze.app import create_app
from mock_braze.domain.api_keys import PARTNER_PERMISSIONS, PERMISSIONS
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.workspaces import Workspaces
from mock_braze.in_process import BASE_URL, in_process_session
from mock_braze.server import ServerOptions, free_port, served
from quikly_client.braze import BrazeClient
from quikly_client.journeys.participation import Participation
from quikly_client.participants import Participant
from quikly_client.settings import BrazeSettings
from quikly_client.transport import Transport
from scenarios.agreed import (
    BRAND_KEY,
    CONFIRMATION,
    DOUBLE_OPT_IN_ACTIVATION,
    DOUBLE_OPT_IN_GROUP_ID,
    GROUP_ID,
    OPT_IN_CANVAS_ID,
    OPT_IN_EVENT,
    PARTNER_KEY,
    START,
)
from scenarios.control import Control
from scenarios.evidence import Evidence, read_entries
from scenarios.http_integration import HttpIntegrations
from scenarios.integration import MakeIntegration, WebhookAnswer, WebhookCall
from scenarios.our_integration import our_integration
from scenarios.partners_host import PartnersAnswer, PartnersHost

# The step of the brand's Canvas that begins a double opt-in (double-opt-in-by-user-update).
BEGINS_DOUBLE_OPT_IN = {
    "user_update": {
        "attributes": [
            {
                "braze_id": "{{${braze_id}}}",
                "subscription_groups": [
                    {
                        "subscription_group_id": DOUBLE_OPT_IN_GROUP_ID,
                        "subscription_state": "subscribed",
                        "use_double_opt_in_logic": True,
                    }
                ],
            }
        ]
    }
}


CALL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Reply:
    """What a consumer texts back to a prompt, some time after it came."""

    body: str = CONFIRMATION
    after: timedelta = timedelta(minutes=2)


class Lab:
    """Drives both sides: jumps to what is due next and lets it happen, at no cost in real time.

    The fake's workspace has an SMS group, a key for the integration, and one for the brand's own
    system (`brand`), which signs up customers of its own. Another group is for double opt-in: the
    brand's Canvas begins one when the agreed event comes, and those who have a reply text it back.
    """

    def __init__(
        self,
        session: requests.Session,
        base_url: str,
        make_integration: MakeIntegration = our_integration,
    ) -> None:
        self.session = session
        # An integration behind a port spends real time, so a fault cannot make it wait.
        self.can_wait = not isinstance(make_integration, HttpIntegrations)
        # Whether something has happened that may well cost people the credit that they are owed.
        self.may_withhold = False
        self.webhooks: list[WebhookCall] = []
        self.log_lines: list[str] = []
        self._base_url = base_url
        self.control = Control(session, base_url)
        self.control.add_key(PARTNER_KEY, sorted(PARTNER_PERMISSIONS), is_partner=True)
        self.control.add_key(BRAND_KEY, sorted(PERMISSIONS))
        self.control.add_group("Text message offers", "sms", GROUP_ID)
        self.control.add_group(
            "Text message rewards",
            "sms",
            DOUBLE_OPT_IN_GROUP_ID,
            double_opt_in={
                "opt_in_keywords": ["START"],
                "prompt": "Reply Y to get our rewards by text.",
                "confirm_keywords": [CONFIRMATION],
                "confirmation": "Welcome! Reply STOP to stop.",
            },
        )
        asked = {"kind": "custom_event", "name": OPT_IN_EVENT}
        self.control.add_canvas("Double opt-in", asked, BEGINS_DOUBLE_OPT_IN, id=OPT_IN_CANVAS_ID)
        self.brand = BrazeClient(Transport(BrazeSettings(base_url, BRAND_KEY), session))
        self.integration = make_integration(BrazeSettings(base_url, PARTNER_KEY), session, GROUP_ID)
        self.now = self.control.clock().now
        self._arrivals: list[tuple[datetime, int, Participant]] = []
        self._order = count()  # of arrivals that are due together
        self._replies: dict[str, Reply] = {}  # of those who have not been prompted yet
        self._texts: list[tuple[datetime, int, str, str]] = []
        self._evidence = Evidence(
            PARTNER_KEY, BRAND_KEY, {DOUBLE_OPT_IN_ACTIVATION: DOUBLE_OPT_IN_GROUP_ID}
        )
        self._read_to = 0
        self._is_open = ExitStack()
        self._prompts_seen = 0

    def expect(self, participants: Iterable[Participant]) -> None:
        """Let people take part when they consented; whoever did so earlier takes part now."""
        for participant in participants:
            due = max(participant.consented_at, self.now)
            heapq.heappush(self._arrivals, (due, next(self._order), participant))

    def expected(self) -> list[tuple[datetime, Participant]]:
        """Who has not taken part yet, and when each of them will, in that order."""
        arrivals = sorted(self._arrivals, key=lambda arrival: arrival[:2])
        return [(due, participant) for due, _, participant in arrivals]

    def let_reply(self, phone: str, reply: Reply) -> None:
        """Let a consumer text back when the prompt of the double opt-in has come."""
        self._replies[phone] = reply

    def text(self, phone: str, body: str, group_id: str = DOUBLE_OPT_IN_GROUP_ID) -> None:
        """A consumer texts to the number of a group now; if not said otherwise, to that of the
        double opt-in.
        """
        self.control.text(group_id, phone, body)

    def calls(
        self, api_key: str, path: str, body: Mapping[str, Any] | None, method: str = "POST"
    ) -> None:
        """Somebody with this key calls Braze, and makes nothing of the answer."""
        headers = {"Authorization": f"Bearer {api_key}"}
        self.session.request(
            method, self._base_url + path, json=body, headers=headers, timeout=CALL_SECONDS
        )

    def begin_another_process(self) -> None:
        """The integration goes on in a process that cannot know all that another was told."""
        self._evidence.is_one_process = False

    def call_receiver(self, body: Mapping[str, Any], authorization: str) -> WebhookAnswer:
        """Braze calls the integration's webhook receiver now; `authorization` is the header."""
        sent = orjson.dumps(body)
        return self._receive(authorization, sent, self.now)

    def _receive(self, authorization: str, sent: bytes, now: datetime) -> WebhookAnswer:
        answer = self.integration.receive_webhook(authorization, sent, now)
        self.webhooks.append(WebhookCall(now, authorization, sent, answer))
        return answer

    def open_to_webhooks(self, answers: Sequence[PartnersAnswer]) -> None:
        """Let the webhooks of campaigns arrive at the partner's host, until the lab is closed."""
        self.close()
        host = PartnersHost(answers, self.control, self._webhook_arrived)
        self._is_open.enter_context(host.is_open())

    def _webhook_arrived(self, authorization: str, body: bytes) -> WebhookAnswer:
        # Webhooks are sent on the way to the present moment, each at its own.
        return self._receive(authorization, body, self.control.clock().now)

    def close(self) -> None:
        """Let no webhooks arrive any more."""
        self._is_open.close()

    def call_receiver_together(
        self, bodies: Sequence[Mapping[str, Any]], authorization: str
    ) -> None:
        """Braze calls the integration's webhook receiver several times at the same moment."""
        sent = [orjson.dumps(body) for body in bodies]
        answers = self.integration.receive_together(authorization, sent, self.now)
        for body, answer in zip(sent, answers, strict=True):
            self.webhooks.append(WebhookCall(self.now, authorization, body, answer))

    def next_due(self) -> datetime | None:
        """When a person arrives or texts or the integration has something to do; None at the end.

        What becomes true in the fake on the way needs no stop: moving its clock settles it.
        """
        arrival = self._arrivals[0][0] if self._arrivals else None
        text = self._texts[0][0] if self._texts else None
        due = [each for each in (arrival, text, self.integration.next_due()) if each is not None]
        return min(due, default=None)

    def next_change(self) -> datetime | None:
        """As `next_due`, or when something accepted becomes true in the fake, if that is sooner."""
        due = [each for each in (self.next_due(), self.control.clock().next_due) if each]
        return min(due, default=None)

    def move_to(self, moment: datetime) -> None:
        """Set both sides' time forward."""
        if moment > self.now:
            self.now = moment
            self.control.move_clock(moment)
            if self._replies:
                self._await_replies()

    def _await_replies(self) -> None:
        """Whoever was prompted since the last look texts back in time."""
        messages = self.evidence().messages
        for prompt in messages[self._prompts_seen :]:
            if prompt.group_id == DOUBLE_OPT_IN_GROUP_ID and prompt.phone in self._replies:
                reply = self._replies.pop(prompt.phone)
                due = max(prompt.at + reply.after, self.now)
                heapq.heappush(self._texts, (due, next(self._order), prompt.phone, reply.body))
        self._prompts_seen = len(messages)

    def perform_next(self) -> bool:
        """Jump to what is due next and do one thing; False when everything is settled."""
        due = self.next_due()
        if due is None:
            return False
        self.move_to(due)
        self._let_in()
        self.integration.perform_next(self.now)
        return True

    def run(self, until: datetime | None = None) -> None:
        """Do everything that is due, up to a moment or to the end."""
        while (due := self.next_due()) is not None and (until is None or due <= until):
            self.move_to(due)
            self._let_in()
            self.integration.run_due(self.now)
        if until is not None:
            self.move_to(until)

    def _let_in(self) -> None:
        while self._arrivals and self._arrivals[0][0] <= self.now:
            self.participate(heapq.heappop(self._arrivals)[2])
        while self._texts and self._texts[0][0] <= self.now:
            self.text(*heapq.heappop(self._texts)[2:])

    def participate(self, participant: Participant) -> None:
        """Let a person take part now."""
        self._evidence.arrived(participant)
        self.integration.participate(participant, self.now)

    def settled(self) -> list[Participation]:
        """The participations that are at their end."""
        return [each for each in self.integration.participations() or () if each.due is None]

    def evidence(self) -> Evidence:
        """What has happened so far; the journal is read on from where it was read last."""
        for entry in read_entries(self.control.journal(self._read_to)):
            self._evidence.add(entry)
            self._read_to = entry.number
        self._evidence.credits = self.integration.credits()
        self._evidence.participations = self.integration.participations()
        self._evidence.webhooks, self._evidence.log_lines = self.webhooks, self.log_lines
        return self._evidence


class InProcessFake:
    """A fake in this process that is as new for each lab: one at a time, for making it takes long.

    It is the application that takes long, which knows nothing of what happened.
    """

    def __init__(self) -> None:
        self._workspaces = Workspaces(ManualClock(START))
        self._app = create_app(self._workspaces)

    def lab(
        self,
        *,
        start: datetime = START,
        seed: int = 0,
        make_integration: MakeIntegration = our_integration,
    ) -> Lab:
        """A lab without a server: every call is a function call, but those of a driver's process.

        The lab before it is at its end.
        """
        dials = Dials(rate_limit_epoch="simulated")  # the integration goes by the lab's time
        self._workspaces.begin(ManualClock(start), seed=seed, dials=dials)
        if isinstance(make_integration, HttpIntegrations):
            make_integration.port.show(self._app)
        return Lab(in_process_session(self._app), BASE_URL, make_integration)


def in_process_lab(
    *, start: datetime = START, seed: int = 0, make_integration: MakeIntegration = our_integration
) -> Lab:
    """A lab with a fake of its own in this process."""
    return InProcessFake().lab(start=start, seed=seed, make_integration=make_integration)


@contextmanager
def served_lab(
    *, start: datetime = START, seed: int = 0, make_integration: MakeIntegration = our_integration
) -> Iterator[Lab]:
    """A lab whose fake is a server on a loopback port, as long as the block lasts."""
    options = ServerOptions(port=free_port(), seed=seed, start=start, rate_limit_epoch="simulated")
    with served(options) as base_url:
        yield Lab(patient_session(), base_url, make_integration)


def patient_session() -> requests.Session:
    """A session that tries for some seconds to connect: a server may still be starting."""
    session = requests.Session()
    session.trust_env = False
    only_connecting = Retry(
        total=None, connect=100, read=0, redirect=0, status=0, other=0, backoff_factor=0.01,
        backoff_max=0.2,
    )  # fmt: skip
    session.mount("http://", HTTPAdapter(max_retries=only_connecting))
    return session
