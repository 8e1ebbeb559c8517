"""Subscriptions: every state of every group, in the fake and in the oracle."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from scenarios.machines.pools import (
    DAYS,
    EMAILS,
    EXTERNAL_IDS,
    MOMENTS,
    PHONES,
    emails,
    external_ids,
    lists_of,
    phones,
)
from scenarios.machines.side_by_side import Disagreement, SideBySide, unknowns
from scenarios.model.answers import Json
from scenarios.model.subscription_groups import Group
from scenarios.model.unknowns import Unknowns

NEWS = Group("0b9c1c1e-1a57-4a1e-8f3a-1f6d3f0f8a01", "News", "email")
ALERTS = Group("0b9c1c1e-1a57-4a1e-8f3a-1f6d3f0f8a02", "Alerts", "sms", hears_strangers=True)
OFFERS = Group("0b9c1c1e-1a57-4a1e-8f3a-1f6d3f0f8a03", "Offers", "sms", confirm_words=("Y",))
GROUPS = (NEWS, ALERTS, OFFERS)
UNKNOWN_GROUP = "0b9c1c1e-1a57-4a1e-8f3a-1f6d3f0f8aff"

states = st.sampled_from(["subscribed", "subscribed", "unsubscribed"])
flags = st.booleans()
group_updates = st.fixed_dictionaries(
    {
        "subscription_group_id": st.sampled_from([each.id for each in GROUPS]),
        "subscription_state": states,
    },
    optional={"use_double_opt_in_logic": flags},
)
contacts = {
    "email": emails | st.none(),
    "phone": phones | st.none(),
    "subscription_groups": lists_of(group_updates),
}
sign_ups = st.one_of(
    st.fixed_dictionaries({"external_id": external_ids}, optional=contacts),
    st.fixed_dictionaries(
        {"email": emails},
        optional={"phone": phones, "subscription_groups": lists_of(group_updates)},
    ),
    st.fixed_dictionaries(
        {"phone": phones}, optional={"subscription_groups": lists_of(group_updates)}
    ),
)

customers = st.fixed_dictionaries(
    {"external_id": external_ids},
    optional={
        "email": emails,
        "phone": phones,
        "subscription_groups": lists_of(group_updates),
    },
)


def changes(group: Group, plural: bool) -> st.SearchStrategy[Json]:
    """Of one group's state, by one kind of identifier."""
    address = ("email", emails) if group.channel == "email" else ("phone", phones)
    told = {
        "subscription_group_id": st.just(group.id),
        "subscription_state": states,
    }
    suffix = "s" if plural else ""
    return st.one_of(
        [
            st.fixed_dictionaries(
                {**told, f"{name}{suffix}": lists_of(values)},
                optional={"use_double_opt_in_logic": flags},
            )
            for name, values in (address, address, ("external_id", external_ids))
        ]
    )


BAD_CHANGES: list[Json] = [
    {"subscription_group_id": UNKNOWN_GROUP, "subscription_state": "subscribed", "email": "a@b.co"},
    {"subscription_group_id": ALERTS.id, "subscription_status": "subscribed", "phone": PHONES[0]},
    {"subscription_group_id": ALERTS.id, "subscription_state": "subscribed"},
    {
        "subscription_group_id": ALERTS.id, "subscription_state": "subscribed",
        "phone": PHONES[0], "email": EMAILS[0],
    },
    {"subscription_group_id": NEWS.id, "subscription_state": "subscribed", "phone": [PHONES[0]]},
]  # fmt: skip


class Subscriptions(SideBySide):
    """Set, v2 set, `subscription_groups` of track, keywords, deletion and time."""

    permissions = (
        "users.track", "users.export.ids", "users.delete", "users.merge", "subscription.status.get",
        "subscription.status.set", "subscription.groups.get",
    )  # fmt: skip

    @initialize(
        unknowns=unknowns(
            "ingestion_lag", "creation_lag", "status_lag", "deletion_lag", "merge_lag",
            "early_subscription", "orphan_status", "unknown_status", "status_key",
            "wrong_channel", "missing_state", "missing_subscriber", "email_and_phone_query",
            "flag_on_single_opt_in_group", "pending_status", "confirmation_window_from",
            "prompt_cap", "prompt_delivery", "unlisted_opt_in_keyword", "start_while_subscribed",
            "confirmation_outside_pending",
        ),
        people=st.lists(customers, min_size=1, max_size=4),
        age=st.sampled_from(MOMENTS),
    )  # fmt: skip
    def begin(self, unknowns: Unknowns, people: list[Json], age: int) -> None:
        self.start(unknowns, GROUPS)
        self.track(people)
        self.pass_time(age)

    @rule(people=st.lists(sign_ups, min_size=1, max_size=2))
    def track(self, people: list[Json]) -> None:
        body = {"attributes": people}
        self.ask("/users/track", body, self.oracle.tracking.track(body))

    @rule(seconds=st.sampled_from(MOMENTS))
    def wait(self, seconds: int) -> None:
        self.pass_time(seconds)

    @rule(seconds=st.sampled_from(DAYS))
    def wait_long(self, seconds: int) -> None:
        self.pass_time(seconds)

    @rule(change=st.one_of([changes(each, False) for each in GROUPS]))
    def set_status(self, change: Json) -> None:
        self.ask("/subscription/status/set", change, self.oracle.subscribing.set_status(change))

    @rule(items=st.one_of(*(lists_of(changes(each, True), most=1) for each in GROUPS)))
    def set_several(self, items: list[Json]) -> None:
        self.ask(
            "/v2/subscription/status/set",
            {"subscription_groups": items},
            self.oracle.subscribing.set_statuses(items),
        )

    @rule(
        phone=phones,
        entries=st.lists(st.sampled_from(["API", "START"]), min_size=1, max_size=2),
        pause=st.sampled_from((0, 120, DAYS[0])),
        rest=st.sampled_from((0, *DAYS)),
        meanwhile=st.none() | states,
        answer=st.sampled_from(["Y", "Y", "STOP"]),
    )
    def converse(
        self,
        phone: str,
        entries: list[str],
        pause: int,
        rest: int,
        meanwhile: str | None,
        answer: str,
    ) -> None:
        """A double opt-in from its beginning to its end, unless a state is set meanwhile."""
        for entry in entries:
            if entry == "START":
                self.text(OFFERS, phone, "START")
            else:
                self.set_offers(phone, "subscribed", use_double_opt_in_logic=True)
            self.pass_time(pause)
            self.look()
        if meanwhile is not None:
            self.set_offers(phone, meanwhile)
        self.pass_time(rest)
        self.look()
        self.text(OFFERS, phone, answer)

    def set_offers(self, phone: str, state: str, **flag: bool) -> None:
        """By phone, in the group with double opt-in."""
        told = {"subscription_group_id": OFFERS.id, "subscription_state": state, "phone": phone}
        self.set_status({**told, **flag})

    @rule(
        person=customers,
        pause=st.sampled_from((0, 2, 119)),
        group=st.sampled_from(GROUPS),
        by=st.sampled_from(["external_id", "address"]),
        told=st.fixed_dictionaries(
            {"subscription_state": states}, optional={"use_double_opt_in_logic": flags}
        ),
    )
    def hurry(self, person: Json, pause: int, group: Group, by: str, told: Json) -> None:
        """Somebody signs up, and does not wait to be finished before joining a group."""
        self.track([person])
        self.pass_time(pause)
        kind = "email" if group.channel == "email" else "phone"
        name = kind if by == "address" and kind in person else "external_id"
        self.set_status({"subscription_group_id": group.id, name: person[name], **told})
        self.look()
        self.pass_time(120)

    @rule()
    def wait_a_month(self) -> None:
        """And look at it from day to day towards the end."""
        for day in (29, 1, 1):
            self.pass_time(day * DAYS[0])
            self.look()

    @rule(
        group=st.sampled_from([ALERTS, OFFERS, OFFERS]),
        phone=phones,
        text=st.sampled_from(
            ["START", "start ", "YES", "Y", "Y", "y", "STOP", "HELP", "please stop"]
        ),
    )
    def text(self, group: Group, phone: str, text: str) -> None:
        self.control.text(group.id, phone, text)
        self.oracle.subscribing.hear(group.id, phone, text)

    @rule(names=lists_of(external_ids))
    def delete(self, names: list[str]) -> None:
        body = {"external_ids": names}
        self.ask("/users/delete", body, self.oracle.identity.delete(body))

    @rule(gone=external_ids, kept=external_ids)
    def merge(self, gone: str, kept: str) -> None:
        items = [
            {
                "identifier_to_merge": {"external_id": gone},
                "identifier_to_keep": {"external_id": kept},
            }
        ]
        self.ask("/users/merge", {"merge_updates": items}, self.oracle.identity.merge(items))

    @invariant()
    def every_state_reads_alike(self) -> None:
        if self.is_running:
            type(self).steps += 1
            self.look()

    def look(self) -> None:
        """At every state, and at the outbox."""
        for group in GROUPS:
            self.read(group.id, {"external_id": EXTERNAL_IDS})
            if group.channel == "email":
                self.read(group.id, {"email": EMAILS})
            else:
                self.read(group.id, {"phone": PHONES})
        sent = self.send("/control/sms/outbox").body["messages"]
        texts = [(each["group_id"], each["phone"], each["body"]) for each in sent]
        if texts != self.oracle.texts:
            raise Disagreement(f"outbox\n  the fake:   {texts}\n  the oracle: {self.oracle.texts}")
        self.read_groups({"external_id": EXTERNAL_IDS})
        self.read_groups({"email": EMAILS})
        self.read_groups({"phone": PHONES})

    @rule(
        group=st.sampled_from(GROUPS),
        email=emails,
        phone=phones,
        name=external_ids,
        change=st.sampled_from(BAD_CHANGES),
    )
    def ask_oddly(self, group: Group, email: str, phone: str, name: str, change: Json) -> None:
        """The external_id beats the others; the kinds of address exclude each other."""
        self.read(group.id, {"external_id": [name], "email": [email], "phone": [phone]})
        self.read(group.id, {"email": [email.upper()]})
        self.read(group.id, {"phone": [f"({phone[2:5]}) {phone[5:]}"]})
        self.read(group.id, {"email": [email], "phone": [phone]})
        self.read(UNKNOWN_GROUP, {"phone": [phone]})
        self.ask("/subscription/status/set", change, self.oracle.subscribing.set_status(change))

    def read(self, group_id: str, asked: Json) -> None:
        query = {"subscription_group_id": group_id} | {f"{k}[]": v for k, v in asked.items()}
        braze = self.send("/subscription/status/get", query=query)
        self.agree(
            f"status of {asked}", braze, self.oracle.subscribing.read_status(group_id, asked)
        )

    def read_groups(self, asked: Json) -> None:
        """Whether people without any state are told, and how many there are, nobody says."""
        braze = self.send(
            "/subscription/user/status", query={f"{k}[]": v for k, v in asked.items()}
        )
        users = [each for each in braze.body["users"] if each["subscription_groups"]]
        expected = self.oracle.subscribing.user_status(asked)
        if braze.status != 200 or _sorted_users(users) != _sorted_users(expected):
            raise Disagreement(
                f"groups of {asked}\n  the fake:   {braze}\n  the oracle: {expected}"
            )


def _sorted_users(users: list[Json]) -> list[str]:
    for user in users:
        user["subscription_groups"].sort(key=lambda each: each["id"])
    return sorted(str(sorted(each.items())) for each in users)
