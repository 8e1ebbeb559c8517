"""Every tag of Liquid in real messages of every channel, for people who hold anything at all."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending_worlds import SOURCE, a_reachable_person, send
from worlds import EMAIL, EMAIL_GROUP, PHONE, SMS_GROUP, a_workspace, profile, track, tracked

from mock_braze.domain.journal import ContentCardMade, EmailSent, MessageSent
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.message import (
    ContentCardMessage,
    EmailMessage,
    Message,
    SmsMessage,
    WebhookMessage,
)
from mock_braze.domain.messages.sending import SendOutcome
from mock_braze.domain.workspace import Workspace

ANNA = {
    "external_id": "anna",
    "last_name": "Berg",
    "home_city": "Oslo",
    "country": "NO",
    "gender": "F",
    "language": "nb",
    "time_zone": "Europe/Oslo",
    "dob": "1990-02-03",
    "level": 3,
    "since": "2026-01-02T03:04:05Z",
    "pet": {"name": "Rex", "toys": [{"kind": "ball"}]},
}
OCCASION = Occasion(
    event_properties={"store": "Oslo", "items": [{"sku": "s-1"}]},
    api_trigger_properties={"offer": 5},
    context={"prize": 2.5},
    campaign={"name": "May", "api_id": "c-1"},
    inbound_message_body="Y please",
)
# Each row of Braze's table of tags, and more than one where a row has several forms.
TAGS = [
    ("{{${email_address}}}", EMAIL),
    ("{{${phone_number}}}", PHONE),
    ("{{${first_name}}}", "Anna"),
    ("{{${last_name}}}", "Berg"),
    ("{{${city}}}", "Oslo"),
    ("{{${country}}}", "NO"),
    ("{{${gender}}}", "F"),
    ("{{${language}}}", "nb"),
    ("{{${time_zone}}}", "Europe/Oslo"),
    ("{{${date_of_birth}}}", "1990-02-03"),
    ("{{${user_id}}}", "anna"),
    ("{{subscribed_state.${email_global}}}", "subscribed"),
    (f"{{{{subscribed_state.${{{SMS_GROUP}}}}}}}", "subscribed"),
    (f"-{{{{subscribed_state.${{{EMAIL_GROUP}}}}}}}", "-"),
    ("{{custom_attribute.${level}}}", "3"),
    ("{{custom_attribute.${pet}.name}}", "Rex"),
    ("{{custom_attribute.${pet}.toys[0].kind}}", "ball"),
    ("{{custom_attribute.${since} | date: '%d.%m.'}}", "02.01."),
    ("{{event_properties.${store}}}", "Oslo"),
    ("{{event_properties.${items}[0].sku}}", "s-1"),
    ("{{api_trigger_properties.${offer}}}", "5"),
    ("{{context.${prize}}}", "2.5"),
    ("{{canvas_entry_properties.${prize}}}", "2.5"),
    ("{{campaign.${name}}}", "May"),
    ("{{campaign.${api_id}}}", "c-1"),
    ("{{campaign.${dispatch_id}}}", SOURCE.dispatch_id),
    ("{{campaign.${message_name}}}", "Variant 1"),
    ("{{sms.${inbound_message_body}}}", "Y please"),
    ("{{ ${nickname} | default: 'there' }}", "there"),
    ("{% if ${first_name} == 'Anna' %}yes{% else %}no{% endif %}", "yes"),
    ("-{{custom_attribute.${unknown}}}", "-"),
    ("{% connected_content https://a.b/{{${user_id}}} :save it %}{{it.level}}", "7"),
]
CHANNELS = ["sms", "email", "webhook", "content_card"]


def message_of(channel: str, template: str) -> Message:
    match channel:
        case "sms":
            return SmsMessage(SMS_GROUP, template, "Variant 1")
        case "email":
            return EmailMessage("a@b.com", "Hi", template, "Variant 1")
        case "webhook":
            return WebhookMessage("https://a.b", pairs=(("text", template),), name="Variant 1")
        case _:
            return ContentCardMessage("Hi", template, name="Variant 1")


def text_sent(workspace: Workspace, channel: str) -> str:
    """What has become of the template in the last message of a channel."""
    if channel == "webhook":
        told: dict[str, str] = json.loads(workspace.state.deliveries.all[-1].request.body)
        return told["text"]
    match list(workspace.state.journal.since())[-1]:
        case MessageSent(body=text) | EmailSent(body=text) | ContentCardMade(message=text):
            return text
        case other:
            raise AssertionError(other)


@pytest.fixture(scope="module")
def anna() -> Workspace:
    workspace = a_reachable_person()
    tracked(workspace, ANNA)
    workspace.state.connected_content = {"https://a.b/anna": {"level": 7}}
    return workspace


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("template", "text"), TAGS)
def test_a_tag_is_filled_in_in_a_message(
    anna: Workspace, channel: str, template: str, text: str
) -> None:
    """Facts: liquid-standard-attributes, liquid-custom-attributes, liquid-subscribed-state,
    liquid-event-properties, liquid-api-trigger-properties, liquid-canvas-context,
    liquid-campaign-attributes, liquid-inbound-message, liquid-default, liquid-unknown-is-empty
    """
    sent = send(anna, message_of(channel, template), occasion=OCCASION)

    assert sent.outcome is SendOutcome.SENT
    assert text_sent(anna, channel) == text


def test_ids_that_braze_gives_are_always_there(anna: Workspace) -> None:
    """Facts: liquid-standard-attributes"""
    person = profile(anna, "anna")

    send(anna, message_of("email", "{{${braze_id}}} {{${random_bucket_number}}}"))

    assert text_sent(anna, "email") == f"{person.braze_id} {person.random_bucket}"
    assert 0 <= person.random_bucket < 10_000


def test_chance_within_a_message_comes_of_the_seed() -> None:
    """Facts: liquid-random"""
    texts = []
    for _ in range(2):
        workspace = a_reachable_person(ingestion_lag=1)
        for _ in range(5):
            send(workspace, message_of("email", "{% random 10 %}"))
            texts.append(text_sent(workspace, "email"))

    assert texts[:5] == texts[5:]
    assert set(texts) <= set("0123456789")
    assert len(set(texts)) > 1


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3)
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["first_name", "last_name", "home_city", "email", "phone", "any", "dob", "country"]
)
PROPERTIES = st.dictionaries(st.sampled_from(["a", "b"]), ANYTHING, max_size=2)
EVERY_TAG = "".join(template for template, _ in TAGS) + "{{custom_attribute.${any}}}" * 2


@given(st.dictionaries(NAMES, ANYTHING), PROPERTIES, PROPERTIES)
def test_json_pairs_are_always_json_whatever_a_person_holds(
    attributes: dict[str, Any], properties: dict[str, Any], context: dict[str, Any]
) -> None:
    """Facts: webhook-pairs-are-strings"""
    workspace = a_workspace()
    tracked(workspace, {"external_id": "anna"})
    track(
        workspace,
        *({"external_id": "anna", name: value} for name, value in attributes.items()),
        events=[{"name": "x", "external_id": "anna", "time": "2026-01-05T00:00:00Z"}],
    )
    tracked(workspace, {"external_id": "anna", "seen": True})
    pairs = (("all", EVERY_TAG), ("a", "{{event_properties.${a}}}{{context.${b}}}"), ("q", '"'))
    occasion = Occasion(event_properties=properties, context=context)

    sent = send(workspace, WebhookMessage("https://a.b", pairs=pairs), occasion=occasion)

    assert sent.outcome is SendOutcome.SENT
    (delivery,) = workspace.state.deliveries.all
    body = json.loads(delivery.request.body.encode())
    assert [*body] == ["all", "a", "q"]
    assert all(isinstance(each, str) for each in body.values())


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "${", "}", "custom_attribute.", "any", "| default: 'x'", "if ",
     "endif", " for x in ", "assign y = ", "abort_message", "('a')", "random 3", "case ", '"', "a",
     "connected_content ", "https://a.b", "context.", "[0]", " | divided_by: 0", " | date: '%Y'"]
)  # fmt: skip
TEMPLATES = st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)


@given(st.sampled_from(CHANNELS), TEMPLATES, ANYTHING, st.sampled_from(["refused", "raw_text"]))
def test_no_template_makes_a_send_raise(channel: str, template: str, value: Any, dial: str) -> None:
    """Facts: unparsable-template"""
    workspace = a_reachable_person(unparsable_template=dial)
    person = profile(workspace, "anna")
    person.custom_attributes["any"] = value
    message = message_of(channel, template)
    if isinstance(message, WebhookMessage):
        message = replace(message, headers=((template, template),), url=f"https://a.b/{template}")

    sent = send(workspace, message, occasion=Occasion(context={"a": value}))

    assert isinstance(sent.outcome, SendOutcome)
    assert sent.is_sent is not bool(sent.reason)
