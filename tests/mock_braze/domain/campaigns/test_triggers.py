"""What triggers a campaign, and what does not."""

from typing import Any

import pytest
from campaign_worlds import (
    EVENT,
    MAIL,
    a_campaign,
    a_canvas,
    hazards_of_campaigns,
    mails,
    now,
    perform,
    received,
    refusals,
    with_anna,
    write,
)
from worlds import (
    DOUBLE_GROUP,
    EMAIL,
    EMAIL_GROUP,
    PHONE,
    SMS_GROUP,
    a_purchase,
    a_workspace,
    add_double_opt_in_group,
    advance,
    profile,
    set_state,
    text,
    track,
    tracked,
)

from mock_braze.domain.subscriptions.global_email_state import set_address_state
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.given_profiles import GivenProfile, give_profile
from mock_braze.domain.users.identity import ExternalId
from mock_braze.domain.users.sessions import start_session
from mock_braze.domain.workspace import Workspace

LEVEL = {"kind": "attribute_change", "attribute": "level"}
AGAIN = {"re_eligible_after_seconds": 0}


def test_an_event_that_comes_in_by_rest_triggers_a_campaign() -> None:
    """Facts: rest-events-fire-campaigns"""
    workspace = with_anna()
    campaign = a_campaign(workspace)

    perform(workspace)

    (mail,) = mails(workspace)
    assert (mail.email, mail.campaign_id, len(mail.dispatch_id)) == (EMAIL, campaign.id, 32)
    assert received(workspace) == ["anna"]
    assert (campaign.first_sent, campaign.last_sent) == (workspace.clock.now(),) * 2
    assert hazards_of_campaigns(workspace) == []


@pytest.mark.parametrize(
    ("asked", "properties", "is_triggered"),
    [
        ([], {}, True),
        ([{"name": "group", "operator": "equals", "value": "a"}], {"group": "a"}, True),
        ([{"name": "group", "operator": "equals", "value": "a"}], {"group": "b"}, False),
        ([{"name": "group", "operator": "equals", "value": "a"}], {}, False),
        ([{"name": "level", "operator": ">=", "value": 2}], {"level": 3}, True),
        ([{"name": "level", "operator": ">=", "value": 2}], {"level": "3"}, False),
        ([{"name": "level", "operator": "does_not_exist"}], {"group": "a"}, True),
        (
            [
                {"name": "group", "operator": "in", "value": ["a", "b"]},
                {"name": "level", "operator": "exists"},
            ],
            {"group": "a"},
            False,
        ),
    ],
)
def test_every_filter_on_properties_must_pass(
    asked: list[Any], properties: dict[str, Any], is_triggered: bool
) -> None:
    """Facts: event-triggers"""
    workspace = with_anna()
    a_campaign(workspace, {**EVENT, "properties": asked})

    perform(workspace, "other", **properties)
    assert received(workspace) == []
    perform(workspace, "entered", **properties)

    assert received(workspace) == (["anna"] if is_triggered else [])
    assert refusals(workspace) == []


@pytest.mark.parametrize(("product", "count"), [("p-1", 1), ("*", 1), ("p-2", 0)])
def test_a_purchase_triggers_by_its_product_or_by_any(product: str, count: int) -> None:
    """Facts: event-triggers"""
    workspace = with_anna()
    a_campaign(workspace, {"kind": "purchase", "product_id": product})

    track(workspace, purchases=[a_purchase(external_id="anna", time=now(workspace))])
    advance(workspace, 2)

    assert len(received(workspace)) == count


def test_one_purchase_triggers_one_campaign_once_whatever_calls_it_off() -> None:
    workspace = with_anna()
    a_campaign(
        workspace,
        {"kind": "purchase", "product_id": "p-1"},
        exception={"kind": "purchase"},
        delay_seconds=60,
        **AGAIN,
    )

    track(workspace, purchases=[a_purchase(external_id="anna", time=now(workspace))])
    advance(workspace, 100)

    assert received(workspace) == ["anna"]


@pytest.mark.parametrize(
    ("before", "after", "is_triggered"),
    [
        (None, 1, True),
        (1, 2, True),
        (1, "1", True),
        (1, True, True),
        (1, 1, False),
        (1, {"inc": 1}, True),
        ("a", "a", False),
        (1, None, False),
        (None, ["a"], False),
        (["a"], {"add": ["b"]}, False),
        (None, "2026-01-01T00:00:00Z", False),
        (None, {"deep": 1}, False),
        (["a"], "a", True),
    ],
)
def test_an_attribute_triggers_when_it_becomes_another_single_value(
    before: Any, after: Any, is_triggered: bool
) -> None:
    """Facts: attribute-trigger, attribute-trigger-never"""
    workspace = with_anna()
    write(workspace, level=before)
    a_campaign(workspace, LEVEL)

    write(workspace, level=after)

    assert received(workspace) == (["anna"] if is_triggered else [])


def test_an_attribute_triggers_for_new_profiles_and_for_the_value_asked_for() -> None:
    """Facts: attribute-trigger"""
    workspace = with_anna()
    a_campaign(workspace, {**LEVEL, "to": 3}, **AGAIN)

    tracked(workspace, {"external_id": "ben", "email": "b@example.com", "level": 3})
    write(workspace, level=2)
    write(workspace, level=3)

    assert received(workspace) == ["ben", "anna"]


def test_without_a_change_the_audience_is_not_asked() -> None:
    """Facts: attribute-trigger-before-audience"""
    workspace = with_anna()
    write(workspace, level=1)
    nobody = {"custom_attribute": "vip", "operator": "exists"}
    a_campaign(workspace, LEVEL, audience=nobody)

    write(workspace, level=1)
    assert refusals(workspace) == []
    write(workspace, level=2)

    assert refusals(workspace) == ["outside_audience"]


def test_a_value_that_is_set_and_set_back_in_one_request_changes_twice() -> None:
    workspace = with_anna()
    write(workspace, level=1)
    a_campaign(workspace, LEVEL, **AGAIN)

    track(workspace, {"external_id": "anna", "level": 2}, {"external_id": "anna", "level": 1})
    advance(workspace, 2)

    assert received(workspace) == ["anna", "anna"]


def test_an_added_email_triggers_once_for_each_profile_after_its_whole_update() -> None:
    """Facts: email-trigger"""
    workspace = a_workspace()
    asked = {"custom_attribute": "source", "operator": "equals", "value": "quikly"}
    a_campaign(workspace, {"kind": "email_added"}, audience=asked)

    for name in ("anna", "ben"):
        tracked(workspace, {"external_id": name, "email": EMAIL, "source": "quikly"})
    write(workspace, email=EMAIL, source="quikly")
    write(workspace, email=None)

    assert received(workspace) == ["anna", "ben"]
    assert refusals(workspace) == []


def test_a_profile_that_is_made_by_its_email_has_got_it() -> None:
    workspace = a_workspace()
    a_campaign(workspace, {"kind": "email_added"})

    tracked(workspace, {"email": EMAIL})

    assert len(received(workspace)) == 1


@pytest.mark.parametrize(
    ("to", "changes", "count"),
    [
        (None, ["subscribed"], 0),
        (None, ["unsubscribed", "unsubscribed", "opted_in"], 2),
        ("opted_in", ["unsubscribed", "opted_in"], 1),
    ],
)
def test_a_global_state_triggers_when_it_changes(
    to: str | None, changes: list[str], count: int
) -> None:
    """Facts: status-trigger"""
    workspace = with_anna()
    webhook = {"channel": "webhook", "url": "https://example.com"}
    trigger = {"kind": "subscription_status", **({"to": to} if to else {})}
    a_campaign(workspace, trigger, webhook, **AGAIN)

    for value in changes:
        write(workspace, email_subscribe=value)

    assert len(received(workspace)) == count


def test_a_global_state_set_by_address_triggers_for_every_holder() -> None:
    """Facts: status-trigger"""
    workspace = with_anna()
    tracked(workspace, {"external_id": "ben", "email": EMAIL})
    webhook = {"channel": "webhook", "url": "https://example.com"}
    a_campaign(workspace, {"kind": "subscription_status"}, webhook)

    set_address_state(workspace.state, EMAIL, "unsubscribed", workspace.clock.now(), 0)

    assert received(workspace) == ["anna", "ben"]


def test_a_global_state_for_push_has_triggers_of_its_own() -> None:
    workspace = with_anna()
    a_campaign(workspace, {"kind": "subscription_status", "channel": "push"})

    write(workspace, email_subscribe="opted_in")
    assert received(workspace) == []
    write(workspace, push_subscribe="opted_in")

    assert received(workspace) == ["anna"]


def by_rest(workspace: Workspace) -> None:
    set_state(workspace, Address(AddressKind.PHONE, PHONE), group=DOUBLE_GROUP)


def by_attribute(workspace: Workspace) -> None:
    state = {"subscription_group_id": DOUBLE_GROUP, "subscription_state": "subscribed"}
    write(workspace, subscription_groups=[state])


def by_text(workspace: Workspace) -> None:
    text(workspace, "START")
    text(workspace, "Y")


def by_canvas(workspace: Workspace) -> None:
    state = {"subscription_group_id": DOUBLE_GROUP, "subscription_state": "subscribed"}
    update = {"braze_id": "{{${braze_id}}}", "subscription_groups": [state]}
    a_canvas(workspace, {"user_update": {"attributes": [update]}})
    perform(workspace)


SOURCES = [
    (by_rest, "rest_api"),
    (by_attribute, "rest_api"),
    (by_text, "inbound_message"),
    (by_canvas, "canvas_step"),
]


@pytest.mark.parametrize(("subscribe", "source"), SOURCES)
def test_a_state_in_a_group_triggers_by_its_source(subscribe: Any, source: str) -> None:
    """Facts: group-trigger-sources, group-source-canvas-step"""
    workspace = with_anna()
    add_double_opt_in_group(workspace)
    write(workspace, phone=PHONE)
    trigger = {"kind": "subscription_group", "group_id": DOUBLE_GROUP, "to": "subscribed"}
    others = {each for _, each in SOURCES} - {source}
    a_campaign(workspace, trigger, {**MAIL, "subject": "any"})
    a_campaign(workspace, {**trigger, "sources": [source]}, {**MAIL, "subject": "this"})
    a_campaign(workspace, {**trigger, "sources": sorted(others)}, {**MAIL, "subject": "others"})
    a_campaign(workspace, {**trigger, "group_id": SMS_GROUP}, {**MAIL, "subject": "elsewhere"})

    subscribe(workspace)
    workspace.settle()

    assert [each.subject for each in mails(workspace)] == ["any", "this"]


def test_a_state_that_stays_as_it_is_triggers_nothing() -> None:
    workspace = with_anna()
    trigger = {"kind": "subscription_group", "group_id": EMAIL_GROUP}
    a_campaign(workspace, trigger, **AGAIN)

    for value in ("subscribed", "subscribed", "unsubscribed"):
        set_state(workspace, ExternalId("anna"), group=EMAIL_GROUP, state=value)

    assert received(workspace) == ["anna", "anna"]


@pytest.mark.parametrize(
    ("asked", "body", "is_triggered"),
    [
        ({}, "hello", True),
        ({"category": "other"}, "hello", True),
        ({"category": "help"}, "hello", False),
        ({"category": "help"}, "INFO", True),
        ({"category": "opt_out"}, "stop", True),
        ({"text": "offer"}, "  Offer ", True),
        ({"text": "offer"}, "offers", False),
    ],
)
def test_a_text_triggers_by_category_or_words(
    asked: dict[str, str], body: str, is_triggered: bool
) -> None:
    """Facts: text-trigger"""
    workspace = with_anna()
    write(workspace, phone=PHONE)
    message = {**MAIL, "body": "You said {{sms.${inbound_message_body}}}"}
    a_campaign(workspace, {"kind": "inbound_sms", "group_id": SMS_GROUP, **asked}, message)

    text(workspace, body, group=SMS_GROUP)

    assert [each.body for each in mails(workspace)] == [f"You said {body}"] * is_triggered


def test_a_text_of_a_number_that_nobody_has_triggers_nothing() -> None:
    workspace = with_anna()
    a_campaign(workspace, {"kind": "inbound_sms", "group_id": SMS_GROUP})

    text(workspace, "hello", group=SMS_GROUP)

    assert received(workspace) == []


def test_a_session_start_triggers() -> None:
    """Facts: session-trigger"""
    workspace = with_anna()
    a_campaign(workspace, {"kind": "session_start"})

    start_session(workspace.state, profile(workspace, "anna"), workspace.clock.now(), 0)

    assert received(workspace) == ["anna"]


def test_a_profile_that_is_given_triggers_nothing() -> None:
    workspace = a_workspace()
    a_campaign(workspace, {"kind": "email_added"})
    a_campaign(workspace, LEVEL)
    a_campaign(workspace, {"kind": "subscription_group", "group_id": EMAIL_GROUP})
    a_campaign(workspace, {"kind": "subscription_status"})
    state = {"subscription_group_id": EMAIL_GROUP, "subscription_state": "subscribed"}
    attributes = {
        "external_id": "anna",
        "email": EMAIL,
        "level": 2,
        "email_subscribe": "opted_in",
        "subscription_groups": [state],
    }

    give_profile(workspace.state, GivenProfile(attributes, (), workspace.clock.now()))

    assert received(workspace) == refusals(workspace) == []


def test_several_campaigns_may_wait_for_one_event_and_go_in_the_order_of_making() -> None:
    workspace = with_anna()
    for subject in ("one", "two"):
        a_campaign(workspace, message={**MAIL, "subject": subject})

    perform(workspace)

    assert [each.subject for each in mails(workspace)] == ["one", "two"]


def test_a_campaign_and_a_canvas_may_have_the_same_id() -> None:
    workspace = with_anna()
    a_campaign(workspace, message={**MAIL, "subject": "one"}, id="1")
    a_canvas(workspace, {"message": {**MAIL, "subject": "two"}}, id="1")

    perform(workspace)

    assert [each.subject for each in mails(workspace)] == ["one", "two"]


def test_a_state_of_a_profile_without_an_address_triggers_too() -> None:
    workspace = with_anna()
    a_campaign(workspace, {"kind": "subscription_group", "group_id": SMS_GROUP})

    set_state(workspace, ExternalId("anna"))

    assert received(workspace) == ["anna"]


def test_a_text_to_an_archived_group_triggers_nothing() -> None:
    workspace = with_anna()
    write(workspace, phone=PHONE)
    a_campaign(workspace, {"kind": "inbound_sms", "group_id": SMS_GROUP})
    workspace.change_group(SMS_GROUP, is_archived=True)

    text(workspace, "hello", group=SMS_GROUP)

    assert received(workspace) == []
