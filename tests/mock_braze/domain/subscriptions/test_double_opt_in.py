"""The workflow of a double opt-in, row by row, and what it does beside the states."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from worlds import (
    DOUBLE_GROUP,
    EMAIL,
    EMAIL_GROUP,
    OTHER_PHONE,
    PHONE,
    SMS_GROUP,
    START,
    a_workspace,
    add_double_opt_in_group,
    advance,
    alias_json,
    effects,
    hazards,
    hazards_seen,
    profile,
    sent,
    set_state,
    state_of,
    text,
    track,
    tracked,
)

from mock_braze.domain.sms.keywords import (
    ENGLISH_PRESETS,
    PRESET_DOUBLE_OPT_IN,
    DoubleOptIn,
    Language,
)
from mock_braze.domain.subscriptions.subscription_changes import forget_states_of
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import ExternalId
from mock_braze.domain.workspace import Workspace

NUMBER, OTHER_NUMBER = Address(AddressKind.PHONE, PHONE), Address(AddressKind.PHONE, OTHER_PHONE)
PARTY = DOUBLE_GROUP, NUMBER
HOUR, DAY = 3600, 86_400
SPANISH = Language(
    "es", double_opt_in=DoubleOptIn(("ALTA",), "¿Seguro?", ("SI",), "Gracias.")
)  # fmt: skip

Step = Callable[[Workspace], Any]


def a_double_workspace(**dials: Any) -> Workspace:
    """A double opt-in group, and a finished profile with the phone."""
    workspace = a_workspace(**dials)
    add_double_opt_in_group(workspace)
    tracked(workspace, {"external_id": "a", "phone": PHONE})
    return workspace


@pytest.fixture
def double() -> Workspace:
    return a_double_workspace()


def asks(workspace: Workspace) -> None:
    set_state(workspace, NUMBER, group=DOUBLE_GROUP, flag=True)


def subscribes(workspace: Workspace) -> None:
    set_state(workspace, NUMBER, group=DOUBLE_GROUP)


def unsubscribes(workspace: Workspace) -> None:
    set_state(workspace, NUMBER, group=DOUBLE_GROUP, state="unsubscribed")


def says(body: str) -> Step:
    return lambda workspace: text(workspace, body)


def days(number: float) -> Step:
    return lambda workspace: advance(workspace, number * DAY)


def where(workspace: Workspace) -> str:
    if workspace.state.conversations.is_pending(PARTY):
        return "pending"
    return state_of(workspace, NUMBER, DOUBLE_GROUP).lower()


NONE: list[Step] = []
OPTED_OUT = [says("STOP")]
PENDING = [asks]
CONFIRMED = [asks, says("Y")]

# before, what happens, the state then, the texts that it sends
WORKFLOW: list[tuple[list[Step], list[Step], str, list[str]]] = [
    (NONE, [asks], "pending", ["prompt"]),
    (OPTED_OUT, [asks], "pending", ["prompt"]),
    (NONE, [says("START")], "pending", ["prompt"]),
    (OPTED_OUT, [says("start")], "pending", ["prompt"]),
    (PENDING, [says("Y")], "subscribed", ["confirmation"]),
    (PENDING, [days(29.999999), says("y ")], "subscribed", ["confirmation"]),
    ([says("START")], [says("Y")], "subscribed", ["confirmation"]),
    (PENDING, [days(30)], "unknown", []),
    ([*OPTED_OUT, asks], [days(30)], "unsubscribed", []),
    (PENDING, [days(30), says("Y")], "unknown", []),
    (PENDING, [days(30), says("Y"), says("START")], "pending", ["prompt"]),
    (PENDING, [days(30), asks], "pending", ["prompt"]),
    (PENDING, [days(0.999999), asks], "pending", []),
    (PENDING, [days(1), asks], "pending", ["prompt"]),
    (PENDING, [says("START")], "pending", ["prompt"]),
    (PENDING, [says("START"), says("Y")], "subscribed", ["confirmation", "prompt"]),
    ([says("START")], [asks], "pending", ["prompt"]),
    (PENDING, [says("STOP")], "unsubscribed", ["opt_out"]),
    (PENDING, [says("STOP"), says("Y")], "unsubscribed", ["opt_out"]),
    (PENDING, [subscribes], "subscribed", []),
    (PENDING, [unsubscribes], "unsubscribed", []),
    (PENDING, [unsubscribes, says("Y")], "unsubscribed", []),
    ([*OPTED_OUT, asks], [unsubscribes, says("Y")], "unsubscribed", []),
    (CONFIRMED, [asks], "subscribed", []),
    (CONFIRMED, [days(2), asks], "subscribed", []),
    (CONFIRMED, [says("START")], "subscribed", []),
    (CONFIRMED, [says("Y")], "subscribed", []),
    (CONFIRMED, [says("STOP")], "unsubscribed", ["opt_out"]),
    (CONFIRMED, [days(400)], "subscribed", []),
    (PENDING, [says("HELP")], "pending", ["help"]),
    (PENDING, [says("hello")], "pending", []),
    (NONE, [says("Y")], "unknown", []),
    (NONE, [subscribes], "subscribed", []),
]


@pytest.mark.parametrize(("before", "events", "then", "texts"), WORKFLOW)
def test_the_workflow_goes_from_row_to_row(
    double: Workspace, before: list[Step], events: list[Step], then: str, texts: list[str]
) -> None:
    """Facts: double-opt-in-prompted-by-request, double-opt-in-prompted-by-keyword,
    double-opt-in-confirmed, double-opt-in-lapses, double-opt-in-prompt-cap,
    double-opt-in-voided-by-a-state, double-opt-in-nothing-to-confirm,
    double-opt-in-repeated-start
    """
    for step in before:
        step(double)
    earlier = len(sent(double))

    for event in events:
        event(double)

    assert (where(double), sorted(sent(double)[earlier:])) == (then, texts)


def test_what_is_sent_and_settled_is_told_with_its_cause(double: Workspace) -> None:
    """Facts: double-opt-in-confirmed"""
    earlier = len(effects(double))
    first = text(double, "START")
    advance(double, HOUR)
    second = text(double, "Y")

    prompt, confirmation = double.sent_messages()
    assert (prompt.body, prompt.request, prompt.language) == (
        PRESET_DOUBLE_OPT_IN.prompt,
        first.number,
        "en",
    )
    assert (confirmation.body, confirmation.request) == (
        PRESET_DOUBLE_OPT_IN.confirmation,
        second.number,
    )
    assert (confirmation.at - prompt.at).total_seconds() == HOUR
    assert [(each.effect.value, each.request) for each in effects(double)[earlier:]] == [
        ("double_opt_in_pending", first.number),
        ("subscription_state_changed", second.number),
    ]


def test_a_double_opt_in_that_is_not_completed_leaves_nobody_subscribed(double: Workspace) -> None:
    """Facts: double-opt-in-unfinished-is-not-subscribed"""
    asks(double)
    before = state_of(double, NUMBER, DOUBLE_GROUP)
    advance(double, 31 * DAY)

    assert "Subscribed" not in (before, state_of(double, NUMBER, DOUBLE_GROUP))
    assert effects(double)[-1].effect.value == "double_opt_in_expired"


def test_a_window_closes_when_it_is_due_however_late_somebody_looks(double: Workspace) -> None:
    asks(double)
    due = double.clock.now()

    advance(double, 100 * DAY)

    assert (effects(double)[-1].at - due).days == 30


def test_a_second_prompt_within_a_day_is_told_as_a_hazard(double: Workspace) -> None:
    """Facts: double-opt-in-prompt-cap"""
    asks(double)
    advance(double, HOUR)
    asks(double)

    (seen,) = hazards_seen(double)
    assert (seen.hazard.name, seen.subject, seen.details) == (
        "double_opt_in_prompt_capped",
        PHONE,
        "the last prompt went out 3600 s before",
    )


def test_the_pause_outlives_the_conversation(double: Workspace) -> None:
    """Facts: double-opt-in-prompt-cap"""
    asks(double)
    text(double, "STOP")

    asks(double)

    assert (where(double), sent(double)) == ("unsubscribed", ["prompt", "opt_out"])
    advance(double, DAY)
    asks(double)
    assert where(double) == "pending"


@pytest.mark.parametrize(("dial", "prompts"), [("24_hours", 1), ("calendar_day", 2)])
def test_whether_the_cap_rolls_or_ends_at_midnight_follows_the_dial(
    dial: str, prompts: int
) -> None:
    """Facts: double-opt-in-prompt-cap-by-day"""
    workspace = a_double_workspace(prompt_cap=dial)
    asks(workspace)
    advance(workspace, 16 * HOUR)  # past midnight

    asks(workspace)

    assert sent(workspace) == ["prompt"] * prompts


@pytest.mark.parametrize(
    ("dial", "then"), [("last_prompt", "subscribed"), ("first_prompt", "unknown")]
)
def test_from_which_prompt_the_30_days_count_follows_the_dial(dial: str, then: str) -> None:
    """Facts: double-opt-in-window-start"""
    workspace = a_double_workspace(confirmation_window_from=dial)
    text(workspace, "START")
    advance(workspace, 20 * DAY)
    text(workspace, "START")
    advance(workspace, 20 * DAY)

    text(workspace, "Y")

    assert where(workspace) == then


def test_a_confirmation_after_the_window_is_a_hazard(double: Workspace) -> None:
    """Facts: double-opt-in-lapses"""
    asks(double)
    advance(double, 30 * DAY)

    heard = text(double, "Y")

    assert (heard.category, heard.outcome) == ("other", "nothing")
    assert hazards(double) == ["confirmation_too_late"]


@pytest.mark.parametrize("dial", ["as_before", "unsubscribed", "unknown"])
@pytest.mark.parametrize("before", ["unknown", "Unsubscribed"])
def test_what_is_told_while_pending_follows_the_dial(dial: str, before: str) -> None:
    """Facts: pending-is-not-told"""
    workspace = a_double_workspace(pending_status=dial)
    if before == "Unsubscribed":
        unsubscribes(workspace)
    asks(workspace)

    told = {"as_before": before, "unsubscribed": "Unsubscribed", "unknown": "unknown"}[dial]
    assert state_of(workspace, NUMBER, DOUBLE_GROUP) == told
    assert state_of(workspace, ExternalId("a"), DOUBLE_GROUP) == told
    advance(workspace, 30 * DAY)
    assert state_of(workspace, NUMBER, DOUBLE_GROUP) == before


# Who can be asked


@pytest.mark.parametrize("by", [NUMBER, ExternalId("a")])
def test_a_profile_is_asked_by_whatever_identifier(
    double: Workspace, by: Address | ExternalId
) -> None:
    set_state(double, by, group=DOUBLE_GROUP, flag=True)

    assert (where(double), sent(double)) == ("pending", ["prompt"])
    assert hazards(double) == []


@pytest.mark.parametrize(
    ("by", "why"),
    [
        (OTHER_NUMBER, "no profile is there"),
        (ExternalId("nobody"), "no profile is there"),
        (ExternalId("without"), "the profile has no phone"),
    ],
)
def test_without_a_profile_that_has_the_phone_nothing_is_stored_and_nobody_prompted(
    double: Workspace, by: Address | ExternalId, why: str
) -> None:
    """Facts: double-opt-in-needs-a-profile"""
    tracked(double, {"external_id": "without"})

    set_state(double, by, group=DOUBLE_GROUP, flag=True)
    tracked(double, {"external_id": "without", "phone": OTHER_PHONE})

    assert sent(double) == []
    assert state_of(double, OTHER_NUMBER, DOUBLE_GROUP) == "unknown"
    (seen,) = hazards_seen(double)
    assert (seen.hazard.name, seen.subject, seen.details) == (
        "double_opt_in_not_started",
        by.value,
        why,
    )


@pytest.mark.parametrize(
    ("dial", "texts"), [("orphaned", []), ("lost", []), ("applied", ["prompt"])]
)
def test_an_unfinished_profile_is_asked_only_if_early_changes_apply(
    dial: str, texts: list[str]
) -> None:
    """Facts: double-opt-in-on-unfinished-profile"""
    workspace = a_workspace(early_subscription=dial)
    add_double_opt_in_group(workspace)
    track(workspace, {"external_id": "a", "phone": PHONE})
    advance(workspace, 10)

    asks(workspace)
    advance(workspace, 200)

    assert sent(workspace) == texts
    assert state_of(workspace, NUMBER, DOUBLE_GROUP) == "unknown"
    not_started = [] if texts else ["double_opt_in_not_started"]
    assert hazards(workspace) == ["subscription_before_creation_lag", *not_started]


def test_a_number_on_several_profiles_is_asked_once_and_confirms_for_all(
    double: Workspace,
) -> None:
    """Facts: sms-text-reaches-all-holders"""
    tracked(double, {"external_id": "b", "phone": PHONE})

    asks(double)
    text(double, "Y")

    assert sent(double) == ["prompt", "confirmation"]
    for name in ("a", "b"):
        assert state_of(double, ExternalId(name), DOUBLE_GROUP) == "Subscribed"


def test_conversations_of_numbers_and_groups_are_apart(double: Workspace) -> None:
    """Facts: sms-keywords-belong-to-a-group"""
    tracked(double, {"external_id": "b", "phone": OTHER_PHONE})
    asks(double)

    text(double, "Y", phone=OTHER_PHONE)
    text(double, "Y", group=SMS_GROUP)

    assert where(double) == "pending"
    assert state_of(double, OTHER_NUMBER, DOUBLE_GROUP) == "unknown"
    assert state_of(double, NUMBER, SMS_GROUP) == "unknown"


def test_an_orphan_state_set_for_a_number_ends_its_conversation(double: Workspace) -> None:
    """Facts: double-opt-in-voided-by-a-state"""
    asks(double)
    track(double, {"external_id": "a", "phone": OTHER_PHONE}, {"external_id": "b", "phone": PHONE})
    advance(double, 10)

    unsubscribes(double)

    assert (where(double), text(double, "Y").outcome) == ("unsubscribed", "nothing")


def test_a_conversation_goes_with_the_last_profile_that_has_the_number(double: Workspace) -> None:
    tracked(double, {"external_id": "b", "phone": PHONE})
    asks(double)
    a, b = (profile(double, name) for name in ("a", "b"))

    forget_states_of(double.state, a, double.clock.now(), 0)
    both = where(double)
    double.state.profiles.readdress(a, AddressKind.PHONE, None)
    forget_states_of(double.state, b, double.clock.now(), 0)

    assert (both, where(double)) == ("pending", "unknown")


@pytest.mark.parametrize("other", [None, "+13135550179"])
def test_a_conversation_ends_when_nobody_has_the_number_any_more(
    double: Workspace, other: str | None
) -> None:
    """Facts: double-opt-in-needs-a-profile"""
    asks(double)
    tracked(double, {"external_id": "a", "phone": other})

    tracked(double, {"external_id": "b", "phone": PHONE})

    assert (where(double), text(double, "Y").outcome) == ("unknown", "nothing")


# Where the flag counts


def group_state(group: str = DOUBLE_GROUP, **members: Any) -> dict[str, Any]:
    basic = {"subscription_group_id": group, "subscription_state": "subscribed"}
    return {"subscription_groups": [{**basic, **members}]}


@pytest.mark.parametrize("by", ["external_id", "user_alias", "email", "phone", "braze_id"])
def test_an_attribute_asks_by_whatever_identifier(double: Workspace, by: str) -> None:
    """Facts: double-opt-in-by-user-update"""
    tracked(double, {"external_id": "b", "email": EMAIL, "phone": OTHER_PHONE})
    tracked(
        double,
        {"user_alias": alias_json(), "_update_existing_only": False, "phone": OTHER_PHONE},
    )
    names = {
        "external_id": "b",
        "user_alias": alias_json(),
        "email": EMAIL,
        "phone": OTHER_PHONE,
        "braze_id": profile(double, "b").braze_id,
    }

    tracked(double, {by: names[by], **group_state(use_double_opt_in_logic=True)})

    assert double.state.conversations.is_pending((DOUBLE_GROUP, OTHER_NUMBER))
    assert [each.phone for each in double.sent_messages()] == [OTHER_PHONE]


@pytest.mark.parametrize(
    ("flag", "then", "hazard"),
    [
        (True, "pending", []),
        (False, "subscribed", ["direct_subscription_in_double_opt_in_group"]),
        (None, "subscribed", ["direct_subscription_in_double_opt_in_group"]),
        ("true", "subscribed", ["direct_subscription_in_double_opt_in_group"]),
    ],
)
def test_an_attribute_asks_with_the_flag_and_subscribes_without(
    double: Workspace, flag: object, then: str, hazard: list[str]
) -> None:
    """Facts: double-opt-in-flag-decides, double-opt-in-by-user-update"""
    braze_id = profile(double, "a").braze_id

    tracked(double, {"braze_id": braze_id, **group_state(use_double_opt_in_logic=flag)})

    assert where(double) == then
    assert sent(double) == (["prompt"] if flag is True else [])
    assert hazards(double) == hazard


def test_a_request_without_the_flag_subscribes_at_once_and_is_told_as_a_hazard(
    double: Workspace,
) -> None:
    """Facts: double-opt-in-flag-decides, sms-rest-subscription-sends-no-reply"""
    subscribes(double)

    assert (where(double), sent(double)) == ("subscribed", [])
    assert hazards(double) == ["direct_subscription_in_double_opt_in_group"]


def test_the_object_that_makes_a_profile_can_ask_it_too() -> None:
    """Facts: double-opt-in-on-unfinished-profile"""
    workspace = a_workspace()
    add_double_opt_in_group(workspace)

    flagged = group_state(use_double_opt_in_logic=True)
    tracked(workspace, {"external_id": "a", "phone": PHONE, **flagged})

    assert (where(workspace), sent(workspace), hazards(workspace)) == ("pending", ["prompt"], [])


def test_an_attribute_on_a_profile_without_a_phone_asks_nobody(double: Workspace) -> None:
    """Facts: double-opt-in-needs-a-profile"""
    tracked(double, {"external_id": "b", **group_state(use_double_opt_in_logic=True)})

    assert state_of(double, ExternalId("b"), DOUBLE_GROUP) == "unknown"
    assert hazards(double) == ["double_opt_in_not_started"]


@pytest.mark.parametrize("by_attribute", [False, True])
@pytest.mark.parametrize(("dial", "told"), [("subscribed", "Subscribed"), ("ignored", "unknown")])
def test_the_flag_on_a_single_opt_in_group_follows_the_dial(
    dial: str, told: str, by_attribute: bool
) -> None:
    """Facts: double-opt-in-flag-single-group"""
    workspace = a_double_workspace(flag_on_single_opt_in_group=dial)

    if by_attribute:
        flagged = group_state(SMS_GROUP, use_double_opt_in_logic=True)
        tracked(workspace, {"external_id": "a", **flagged})
    else:
        set_state(workspace, NUMBER, flag=True)

    assert (state_of(workspace, NUMBER), sent(workspace)) == (told, [])
    assert hazards(workspace) == ["double_opt_in_on_single_opt_in_group"]


@pytest.mark.parametrize(
    ("group", "state"), [(EMAIL_GROUP, "subscribed"), (DOUBLE_GROUP, "unsubscribed")]
)
def test_the_flag_is_ignored_on_an_email_group_and_with_unsubscribed(
    double: Workspace, group: str, state: str
) -> None:
    """Facts: double-opt-in-flag-elsewhere-ignored"""
    members = {"subscription_state": state, "use_double_opt_in_logic": True}

    tracked(double, {"external_id": "a", "email": EMAIL, **group_state(group, **members)})

    assert state_of(double, ExternalId("a"), group) == state.capitalize()
    assert (sent(double), hazards(double)) == ([], [])


@pytest.mark.parametrize("event", [asks, says("START"), says("Y"), says("STOP"), says("HELP")])
def test_nothing_happens_in_an_archived_group(double: Workspace, event: Step) -> None:
    """Facts: archived-groups-do-not-change"""
    asks(double)
    double.change_group(DOUBLE_GROUP, is_archived=True)
    advance(double, 2 * DAY)

    event(double)

    assert (where(double), sent(double)) == ("pending", ["prompt"])


# Prompts on their way


def test_a_request_has_the_english_prompt_sent_and_a_text_that_of_its_keyword() -> None:
    """Facts: double-opt-in-english-prompt, sms-languages"""
    workspace = a_workspace()
    english = replace(ENGLISH_PRESETS, double_opt_in=PRESET_DOUBLE_OPT_IN)
    add_double_opt_in_group(workspace, languages=(english, SPANISH))
    tracked(workspace, {"external_id": "a", "phone": PHONE, "language": "es"})

    asks(workspace)
    text(workspace, "alta")
    text(workspace, "si")

    assert [(each.language, each.body) for each in workspace.sent_messages()] == [
        ("en", PRESET_DOUBLE_OPT_IN.prompt),
        ("es", "¿Seguro?"),
        ("es", "Gracias."),
    ]
    assert where(workspace) == "subscribed"


def test_a_prompt_that_the_provider_drops_leaves_the_number_pending() -> None:
    """Facts: prompts-may-be-lost-or-late"""
    workspace = a_double_workspace(prompt_delivery="dropped")

    asks(workspace)

    assert (where(workspace), sent(workspace)) == ("pending", [])
    assert effects(workspace)[-1].effect.value == "prompt_dropped"
    advance(workspace, HOUR)
    asks(workspace)
    assert hazards(workspace) == ["double_opt_in_prompt_capped"]
    text(workspace, "Y")
    assert sent(workspace) == ["confirmation"]


def test_a_prompt_that_is_delayed_goes_out_when_it_is_due() -> None:
    """Facts: prompts-may-be-lost-or-late"""
    workspace = a_double_workspace(prompt_delay=90)
    asks(workspace)
    before = sent(workspace)

    advance(workspace, DAY)

    (prompt,) = workspace.sent_messages()
    assert before == []
    assert (prompt.at - START).total_seconds() == 290


def test_everything_due_settles_in_due_order() -> None:
    workspace = a_double_workspace(status_lag=60, prompt_delay=30)
    asks(workspace)
    earlier = len(workspace.state.journal)

    advance(workspace, 40 * DAY)

    told = [(each.kind, each.at) for each in workspace.state.journal.since(earlier)]
    assert [kind for kind, _ in told] == ["clock", "effect", "message", "effect"]
    moments = [(at - told[0][1]).total_seconds() for _, at in told]
    assert moments == [0, 60, 90, 30 * DAY + 60]


# Words that double opt-in groups do not list


@pytest.mark.parametrize(
    ("dial", "then", "texts"),
    [
        ("prompt", "pending", ["prompt"]),
        ("subscribe", "subscribed", ["opt_in"]),
        ("other", "unknown", []),
    ],
)
@pytest.mark.parametrize("word", ["YES", "UNSTOP"])
def test_an_opt_in_word_that_is_not_listed_follows_the_dial(
    word: str, dial: str, then: str, texts: list[str]
) -> None:
    """Facts: double-opt-in-unlisted-keywords"""
    workspace = a_double_workspace(unlisted_opt_in_keyword=dial)

    text(workspace, word)

    assert (where(workspace), sent(workspace)) == (then, texts)


def test_a_listed_word_asks_whatever_the_dial() -> None:
    """Facts: double-opt-in-unlisted-keywords"""
    workspace = a_workspace(unlisted_opt_in_keyword="other")
    listed = replace(PRESET_DOUBLE_OPT_IN, opt_in_keywords=("START", "YES", "JOIN"))
    add_double_opt_in_group(workspace, languages=(replace(ENGLISH_PRESETS, double_opt_in=listed),))
    tracked(workspace, {"external_id": "a", "phone": PHONE})

    for word in ("yes", "Join"):
        text(workspace, word)

    assert sent(workspace) == ["prompt", "prompt"]


def test_a_word_that_opts_in_and_confirms_does_what_the_number_waits_for() -> None:
    """Facts: double-opt-in-confirmation-outside-pending"""
    workspace = a_workspace()
    texts = replace(PRESET_DOUBLE_OPT_IN, confirm_keywords=("Y", "YES"))
    add_double_opt_in_group(workspace, languages=(replace(ENGLISH_PRESETS, double_opt_in=texts),))
    tracked(workspace, {"external_id": "a", "phone": PHONE})

    text(workspace, "yes")
    text(workspace, "yes")

    assert (where(workspace), sent(workspace)) == ("subscribed", ["prompt", "confirmation"])


@pytest.mark.parametrize(("dial", "texts"), [("silent", []), ("opt_in_reply", ["opt_in"])])
def test_start_of_a_subscribed_number_follows_the_dial(dial: str, texts: list[str]) -> None:
    """Facts: double-opt-in-start-while-subscribed"""
    workspace = a_double_workspace(start_while_subscribed=dial)
    subscribes(workspace)

    text(workspace, "START")

    assert (where(workspace), sent(workspace)) == ("subscribed", texts)


@pytest.mark.parametrize(("dial", "texts"), [("other", []), ("confirmation", ["confirmation"])])
def test_a_confirmation_of_a_subscribed_number_follows_the_dial(
    dial: str, texts: list[str]
) -> None:
    """Facts: double-opt-in-confirmation-outside-pending"""
    workspace = a_double_workspace(confirmation_outside_pending=dial)
    text(workspace, "Y")
    subscribes(workspace)

    heard = text(workspace, "Y")

    assert (heard.category, sent(workspace)) == ("other", texts)
