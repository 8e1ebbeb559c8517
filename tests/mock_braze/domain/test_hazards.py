import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from receivers import a_request
from worlds import (
    DOUBLE_GROUP,
    EMAIL,
    PHONE,
    SMS_GROUP,
    START,
    World,
    a_workspace,
    add_double_opt_in_group,
    advance,
    alias_json,
    an_event,
    hazards_seen,
    set_state,
    text,
    track,
    tracked,
)

from mock_braze.domain.api_keys import PARTNER_PERMISSIONS
from mock_braze.domain.dates import write_time
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.users.identity import ExternalId
from mock_braze.domain.webhooks.deliveries import Answer, Failure
from mock_braze.domain.webhooks.delivering import queue_delivery, record_answer

FACTS = Path(__file__).parents[3] / "contracts" / "facts.toml"
ENTERED = {"kind": "custom_event", "name": "entered"}
NEW_ALIAS = {"_update_existing_only": False}
NUMBER = Address(AddressKind.PHONE, PHONE)


def set_too_early(world: World) -> str:
    track(world.workspace, {"external_id": "q-1", "phone": PHONE})
    advance(world.workspace, 2)
    set_state(world.workspace, NUMBER)
    return PHONE


def set_for_nobody(world: World) -> str:
    set_state(world.workspace, ExternalId("q-1"))
    return "q-1"


def set_for_a_number_nobody_has(world: World) -> str:
    set_state(world.workspace, NUMBER)
    return PHONE


def ask_for_nobody(world: World) -> str:
    add_double_opt_in_group(world.workspace)
    set_state(world.workspace, NUMBER, group=DOUBLE_GROUP, flag=True)
    return PHONE


def ask_twice_a_day(world: World) -> str:
    add_double_opt_in_group(world.workspace)
    tracked(world.workspace, {"external_id": "q-1", "phone": PHONE})
    for _ in range(2):
        set_state(world.workspace, NUMBER, group=DOUBLE_GROUP, flag=True)
    return PHONE


def ask_in_a_single_opt_in_group(world: World) -> str:
    tracked(world.workspace, {"external_id": "q-1", "phone": PHONE})
    set_state(world.workspace, ExternalId("q-1"), flag=True)
    return "q-1"


def subscribe_without_asking(world: World) -> str:
    add_double_opt_in_group(world.workspace)
    tracked(world.workspace, {"external_id": "q-1", "phone": PHONE})
    set_state(world.workspace, NUMBER, group=DOUBLE_GROUP)
    return PHONE


def confirm_too_late(world: World) -> str:
    add_double_opt_in_group(world.workspace)
    tracked(world.workspace, {"external_id": "q-1", "phone": PHONE})
    text(world.workspace, "START")
    advance(world.workspace, 31 * 86_400)
    text(world.workspace, "Y")
    return PHONE


def set_for_a_crowd(world: World) -> str:
    for first in (0, 60):
        crowd = ({"external_id": f"{n}", "phone": PHONE} for n in range(first, first + 60))
        track(world.workspace, *crowd)
        advance(world.workspace, 200)
    set_state(world.workspace, NUMBER)
    return PHONE


def make_a_second_profile(world: World) -> str:
    track(world.workspace, *({"external_id": name, "email": EMAIL} for name in ("a", "b")))
    advance(world.workspace, 2)
    return EMAIL


def write_by_an_unknown_alias(world: World) -> str:
    track(world.workspace, {"user_alias": alias_json("anna", "quikly")})
    advance(world.workspace, 2)
    return "quikly:anna"


def give_an_alias_that_is_taken(world: World) -> str:
    tracked(world.workspace, {"external_id": "q-1"}, {**NEW_ALIAS, "user_alias": alias_json()})
    world.workspace.add_aliases([{**alias_json(), "external_id": "q-1"}])
    advance(world.workspace, 2)
    return f"email:{EMAIL}"


def identify_nobody(world: World) -> str:
    item = {"external_id": "q-1", "user_alias": alias_json()}
    world.workspace.identify({"aliases_to_identify": [item]})
    advance(world.workspace, 2)
    return f"email:{EMAIL}"


def merge_nobody(world: World) -> str:
    tracked(world.workspace, {"external_id": "q-1"})
    update = {"identifier_to_merge": {"external_id": "q-0"}}
    world.workspace.merge([{**update, "identifier_to_keep": {"external_id": "q-1"}}])
    advance(world.workspace, 60)
    return "q-0"


def delete_nobody(world: World) -> str:
    world.workspace.delete({"external_ids": ["q-1"]})
    advance(world.workspace, 1)
    return "q-1"


def misspell_the_state(world: World) -> str:
    world.post("/subscription/status/set", {"subscription_status": "subscribed"})
    return "subscription_status"


def misspell_the_alias(world: World) -> str:
    world.track({"user_alias:": alias_json(), "email": EMAIL})
    return "user_alias:"


def misspell_the_export(world: World) -> str:
    world.export(email=EMAIL)
    return "email"


def call_again_after_429(world: World) -> str:
    for _ in range(42):
        world.export(external_ids=["q-1"], fields_to_export=["email"])
    return "export_of_few_fields"


def end_the_path_in_a_slash(world: World) -> str:
    world.post("/users/track/", {"attributes": [{"external_id": "q-1"}]})
    return "/users/track/"


def give_a_partner_too_much(world: World) -> str:
    permissions = [*PARTNER_PERMISSIONS, "users.merge"]
    world.workspaces.add_key(world.workspace, "p", permissions, is_partner=True)
    return "users.merge"


def send_what_a_field_cannot_hold(world: World) -> str:
    tracked(world.workspace, {"external_id": "q-1", "time_zone": "Berlin time"})
    return "time_zone"


def put_half_a_number_on_a_profile(world: World) -> str:
    tracked(world.workspace, {"external_id": "q-1", "phone": "555-1212"})
    return "555-1212"


def send_a_bare_plus(world: World) -> str:
    world.get(f"/subscription/user/status?phone={PHONE}")
    return PHONE


def answered_webhooks(*answers: Answer) -> Callable[[World], str]:
    """A webhook whose attempts are answered so, each at its moment."""

    def answer_it(world: World) -> str:
        state, request = world.workspace.state, a_request("https://api.quikly.com")
        queue_delivery(state, request, START, MessageSource(0))
        for answer in answers:
            world.workspace.advance((world.workspace.next_due() or START) - state.clock.now())
            record_answer(state, 1, state.clock.now(), request.url, answer)
        return "api.quikly.com"

    return answer_it


def send_to_nobody(world: World) -> str:
    mail = {"email": {"from": "a@b.com", "body": "Hi"}}
    world.post("/messages/send", {"external_user_ids": ["nobody"], "messages": mail})
    return "nobody"


def with_a_campaign(world: World, **members: Any) -> str:
    """A person, and a campaign for an event that has then happened twice."""
    tracked(world.workspace, {"external_id": "q-1", "email": EMAIL})
    mail = {"channel": "email", "from": "b@brand.com", "subject": "Hi", "body": "Hi"}
    told = {"name": "c", "trigger": ENTERED, "messages": [mail], **members}
    answer = world.control("POST", "/campaigns", told)
    assert answer.status_code == 201, answer.text
    return perform(world)


def perform(world: World) -> str:
    time = write_time(world.workspace.clock.now())
    track(world.workspace, events=[an_event(external_id="q-1", time=time)])
    advance(world.workspace, 2)
    return "q-1"


def with_a_canvas(world: World, *steps: Any, **members: Any) -> str:
    tracked(world.workspace, {"external_id": "q-1"})
    told = {"name": "c", "trigger": ENTERED, "steps": list(steps), **members}
    answer = world.control("POST", "/canvases", told)
    assert answer.status_code == 201, answer.text
    return perform(world)


def trigger_a_draft(world: World) -> str:
    return with_a_campaign(world, draft=True)


def trigger_before_the_launch(world: World) -> str:
    with_a_campaign(world, trigger={**ENTERED, "name": "other"})
    tracked(world.workspace, events=[an_event("other", external_id="q-1")])
    return "q-1"


def trigger_outside_the_audience(world: World) -> str:
    return with_a_campaign(world, audience={"custom_event": "never"})


def trigger_for_the_held_out(world: World) -> str:
    return with_a_campaign(world, holdout=1)


def trigger_twice(world: World) -> str:
    with_a_campaign(world)
    return perform(world)


def enter_twice_within_a_second(world: World) -> str:
    with_a_canvas(world, {"delay_seconds": 5}, re_eligible_after_seconds=0)
    event = an_event(external_id="q-1", time=write_time(world.workspace.clock.now()))
    track(world.workspace, events=[event, event])
    advance(world.workspace, 2)
    return "q-1"


def trigger_in_quiet_hours(world: World) -> str:
    quiet = {"from": "08:00", "until": "12:00", "otherwise": "skip"}
    return with_a_campaign(world, quiet_hours=quiet)


def trigger_beyond_the_cap(world: World) -> str:
    caps = {"caps": [{"most": 1, "within_seconds": 3600}]}
    assert world.control("PUT", "/frequency_caps", caps).status_code == 200
    with_a_campaign(world, re_eligible_after_seconds=0)
    return perform(world)


def text_to_somebody_who_is_not_subscribed(world: World) -> str:
    sms = {"channel": "sms", "subscription_group_id": SMS_GROUP, "body": "Hi"}
    return with_a_campaign(world, messages=[sms])


def update_with_what_is_no_json(world: World) -> str:
    return with_a_canvas(world, {"user_update": "level 2"})


def ask_in_a_canvas_at_once(world: World) -> str:
    add_double_opt_in_group(world.workspace)
    ask = {"subscription_group_id": DOUBLE_GROUP, "subscription_state": "subscribed"}
    who = {"braze_id": "{{${braze_id}}}"}
    groups = [{**ask, "use_double_opt_in_logic": True}]
    update = {"attributes": [{**who, "subscription_groups": groups}]}
    told = {"name": "c", "trigger": ENTERED, "steps": [{"user_update": update}]}
    assert world.control("POST", "/canvases", told).status_code == 201
    event = an_event(external_id="q-1", time=write_time(world.workspace.clock.now()))
    track(world.workspace, {"external_id": "q-1", "phone": PHONE}, events=[event])
    advance(world.workspace, 2)
    return PHONE


def call_what_is_not_played(world: World) -> str:
    assert world.get("/kpi/dau/data_series/?length=7").status_code == 404
    return "/kpi/dau/data_series"


PROVOKED = [
    (Hazard.endpoint_not_played, call_what_is_not_played),
    (Hazard.webhook_lost_at_once, answered_webhooks(Answer(404))),
    (Hazard.webhook_given_up, answered_webhooks(*[Answer(500)] * 6)),
    (Hazard.webhook_repeated, answered_webhooks(Answer(599, failure=Failure.TIMED_OUT))),
    (Hazard.value_not_kept, send_what_a_field_cannot_hold),
    (Hazard.unusable_phone, put_half_a_number_on_a_profile),
    (Hazard.unencoded_plus, send_a_bare_plus),
    (Hazard.trailing_slash, end_the_path_in_a_slash),
    (Hazard.permission_beyond_need, give_a_partner_too_much),
    (Hazard.subscription_before_creation_lag, set_too_early),
    (Hazard.subscription_update_lost, set_for_nobody),
    (Hazard.orphan_subscription, set_for_a_number_nobody_has),
    (Hazard.double_opt_in_not_started, ask_for_nobody),
    (Hazard.double_opt_in_prompt_capped, ask_twice_a_day),
    (Hazard.double_opt_in_on_single_opt_in_group, ask_in_a_single_opt_in_group),
    (Hazard.direct_subscription_in_double_opt_in_group, subscribe_without_asking),
    (Hazard.confirmation_too_late, confirm_too_late),
    (Hazard.change_left_profiles_behind, set_for_a_crowd),
    (Hazard.duplicate_email_profiles, make_a_second_profile),
    (Hazard.update_only_dropped, write_by_an_unknown_alias),
    (Hazard.alias_without_effect, give_an_alias_that_is_taken),
    (Hazard.identification_without_effect, identify_nobody),
    (Hazard.merge_without_effect, merge_nobody),
    (Hazard.deletion_without_effect, delete_nobody),
    (Hazard.unknown_member_ignored, misspell_the_state),
    (Hazard.unknown_member_ignored, misspell_the_alias),
    (Hazard.unknown_member_ignored, misspell_the_export),
    (Hazard.recipient_skipped, send_to_nobody),
    (Hazard.retry_before_reset, call_again_after_429),
    (Hazard.campaign_not_running, trigger_a_draft),
    (Hazard.campaign_not_running, trigger_before_the_launch),
    (Hazard.campaign_outside_audience, trigger_outside_the_audience),
    (Hazard.campaign_held_out, trigger_for_the_held_out),
    (Hazard.campaign_not_re_eligible, trigger_twice),
    (Hazard.canvas_entered_too_often, enter_twice_within_a_second),
    (Hazard.campaign_outside_hours, trigger_in_quiet_hours),
    (Hazard.campaign_capped, trigger_beyond_the_cap),
    (Hazard.campaign_message_not_sent, text_to_somebody_who_is_not_subscribed),
    (Hazard.canvas_update_without_effect, update_with_what_is_no_json),
    (Hazard.subscription_before_creation_lag, ask_in_a_canvas_at_once),
]


@pytest.mark.parametrize(("hazard", "provoke"), PROVOKED)
def test_each_hazard_is_told_once_with_its_subject(
    world: World, hazard: Hazard, provoke: Callable[[World], str]
) -> None:
    subject = provoke(world)

    seen = hazards_seen(world.workspace)
    assert [(each.hazard, each.subject) for each in seen] == [(hazard, subject)]
    assert seen[0].details


@pytest.mark.parametrize(
    ("path", "is_told"),
    [
        ("/kpi/mau/data_series", True),
        ("/catalogs/restaurants/items", True),
        ("/catalog", False),
        ("/kpi", False),
        ("/users/trak", False),
        ("/users/track", False),  # that is played, by POST
        ("/messages/send", False),
    ],
)
def test_an_endpoint_that_is_not_played_is_told_from_a_path_that_braze_has_not(
    world: World, path: str, is_told: bool
) -> None:
    """Facts: endpoints-that-are-not-played"""
    answered = world.get(path)

    assert (answered.status_code, answered.json()) == (404, {"message": "Not Found"})
    assert world.hazards() == ["endpoint_not_played"] * is_told


def test_each_hazard_of_the_catalogue_is_provoked_above() -> None:
    assert {hazard for hazard, _ in PROVOKED} == set(Hazard)


def test_each_hazard_says_what_to_do_and_names_a_fact_of_the_register() -> None:
    facts = tomllib.loads(FACTS.read_text())

    for hazard in Hazard:
        assert hazard.value.says.endswith(".")
        assert hazard.value.instead.endswith(".")
        assert hazard.value.fact in facts


def test_a_hazard_bears_the_time_it_came_about_however_late_somebody_looks() -> None:
    workspace = a_workspace()
    track(workspace, *({"external_id": name, "email": EMAIL} for name in ("a", "b")))

    advance(workspace, 3600)

    (seen,) = hazards_seen(workspace)
    assert (seen.at - START).total_seconds() == 2


@pytest.mark.parametrize(
    "body",
    [
        {"attributes": [{"external_id": "q-1", "tier": 1, "favourite_drop": "x"}]},
        {"attributes": [{"external_id": "q-1"}], "partner": "Quikly"},
        {"attributes": [{"external_id": "q-1", "email": EMAIL, "phone": PHONE}]},
    ],
)
def test_a_careful_request_provokes_none(world: World, body: dict[str, object]) -> None:
    world.post("/users/track", body)
    advance(world.workspace, 200)

    assert world.hazards() == []
