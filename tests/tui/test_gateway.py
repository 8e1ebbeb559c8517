from datetime import timedelta

import pytest
from labs import (
    ANA,
    BEN,
    BENS_PHONE,
    MARIA,
    a_busy_lab,
    a_lab,
    a_participant,
    hasty_integration,
    requests_of,
)

from quikly_client.journeys.participation import Outcome, Workflow
from scenarios.agreed import GROUP_ID, START
from tui.gateway import ClockRow, ExchangeRow, Gateway, HazardRow, ParticipantRow


def steps(gateway: Gateway, count: int) -> None:
    for _ in range(count):
        assert gateway.step()
        gateway.participants()


def last_exchange(gateway: Gateway) -> ExchangeRow:
    exchange = gateway.last_exchange()
    assert exchange is not None
    return exchange


def test_everybody_is_listed_from_the_start_in_the_order_of_their_arrival() -> None:
    gateway = Gateway(a_lab(a_participant(BEN, BENS_PHONE, after=60), a_participant(ANA)))

    rows = gateway.participants()

    assert rows == [
        ParticipantRow(1, "an…@example.com", None, "spring-drop", Workflow.EMAIL, "to come", START),
        ParticipantRow(
            2,
            "be…@example.com",
            "+1…23",
            "spring-drop",
            Workflow.SMS,
            "to come",
            START + timedelta(seconds=60),
        ),
    ]


def test_somebody_who_is_expected_twice_is_listed_once() -> None:
    gateway = Gateway(a_lab(a_participant(), a_participant(after=60)))

    assert len(gateway.participants()) == 1
    steps(gateway, 1)
    assert len(gateway.participants()) == 1


def test_a_participant_keeps_the_number_once_under_way() -> None:
    gateway = Gateway(a_busy_lab())

    steps(gateway, 4)

    assert [(each.number, each.step) for each in gateway.participants()] == [
        (1, "confirm profile"),
        (2, "look up email"),
        (3, "to come"),
    ]


def test_a_step_sends_exactly_one_request() -> None:
    lab = a_lab(a_participant())
    gateway = Gateway(lab)

    assert gateway.step()

    assert requests_of(lab) == 1
    assert last_exchange(gateway) == ExchangeRow(
        number=6,  # the lab made its groups and keys before
        at=START,
        operation="POST /users/export/ids",
        query=(),
        sent={
            "email_address": "an…@example.com",
            "fields_to_export": [
                "external_id", "braze_id", "user_aliases", "email", "phone", "created_at"
            ],
        },
        status=201,
        answered={"message": "success", "users": []},
    )  # fmt: skip


def test_there_is_no_step_when_the_integration_has_nothing_left_to_do() -> None:
    gateway = Gateway(a_lab())

    assert not gateway.step()
    assert gateway.last_exchange() is None


def test_a_jump_does_everything_that_is_due_at_the_next_moment() -> None:
    lab = a_lab(a_participant())
    gateway = Gateway(lab)

    done = list(gateway.jump())

    assert len(done) == 4  # two look-ups, creation, and the move itself
    assert requests_of(lab) == 3
    assert lab.now == START


def test_a_jump_goes_to_what_becomes_true_in_braze_if_that_is_sooner_than_a_step() -> None:
    lab = a_lab(a_participant())
    gateway = Gateway(lab)
    list(gateway.jump())

    assert gateway.clock() == ClockRow(START, START + timedelta(seconds=2), is_step=False)
    list(gateway.jump())

    assert lab.now == START + timedelta(seconds=2)
    assert requests_of(lab) == 3


@pytest.mark.parametrize("ingestion_lag", [0, 2, 30])
def test_a_run_to_the_end_leaves_nothing_due_on_either_side(ingestion_lag: float) -> None:
    lab = a_busy_lab()
    lab.control.turn_dials({"ingestion_lag": ingestion_lag})
    gateway = Gateway(lab)

    list(gateway.run_to_end())

    assert gateway.clock().next_due is None
    assert [(each.outcome, each.reason) for each in gateway.participants()] == [
        (Outcome.CREDITED, "new profile confirmed"),
        (Outcome.CREDITED, "subscription verified"),
        (
            Outcome.NOT_CREDITED,
            "the profile with this email carries another number (+1…99) than the participant "
            "gave (+1…11)",
        ),
    ]
    assert not gateway.step()
    assert list(gateway.jump()) == []


def test_jumps_alone_come_to_the_end_even_when_braze_needs_no_time() -> None:
    lab = a_busy_lab()
    lab.control.turn_dials({"ingestion_lag": 0})
    gateway = Gateway(lab)

    jumps = 0
    while list(gateway.jump()):
        jumps += 1
        assert jumps < 100

    assert all(each.outcome is not None for each in gateway.participants())


def test_a_step_that_is_done_once_more_says_so() -> None:
    lab = a_lab(a_participant())
    lab.control.turn_dials({"ingestion_lag": 600})
    gateway = Gateway(lab)

    steps(gateway, 4)

    assert gateway.participants()[0].step == "confirm again"


def test_the_touched_profile_is_missing_until_braze_has_made_it() -> None:
    gateway = Gateway(a_lab(a_participant(BEN, BENS_PHONE)))
    list(gateway.jump())

    before = gateway.touched_profile(last_exchange(gateway))
    list(gateway.jump())
    profile = gateway.touched_profile(last_exchange(gateway))

    assert before is None
    assert profile is not None
    assert profile.external_id is None
    assert profile.aliases == (("be…@example.com", "email"),)
    assert (profile.email, profile.phone) == ("be…@example.com", "+1…23")
    assert profile.created_at == START + timedelta(seconds=2)
    assert profile.finished_at == START + timedelta(seconds=120)
    assert not profile.is_finished
    assert profile.custom_attributes == {"quikly_activations": ["spring-drop"]}
    assert profile.subscription_states == {}


def test_the_touched_profile_shows_what_the_journey_led_to() -> None:
    gateway = Gateway(a_lab(a_participant(BEN, BENS_PHONE)))

    list(gateway.run_to_end())

    profile = gateway.touched_profile(last_exchange(gateway))
    assert profile is not None
    assert profile.is_finished
    assert profile.subscription_states == {GROUP_ID: "subscribed"}


def test_of_several_profiles_with_an_address_the_identified_one_is_shown() -> None:
    lab = a_lab()
    alias = {"alias_name": "cart-17", "alias_label": "shop"}
    lab.brand.track([{"external_id": "crm-1", "email": MARIA}])
    lab.move_to(START + timedelta(minutes=5))
    lab.brand.track([{"user_alias": alias, "_update_existing_only": False, "email": MARIA}])
    lab.move_to(START + timedelta(minutes=10))
    lab.expect([a_participant(MARIA)])
    gateway = Gateway(lab)

    steps(gateway, 1)

    profile = gateway.touched_profile(last_exchange(gateway))
    assert profile is not None
    assert (profile.external_id, profile.alike) == ("crm-1", 2)


def test_a_profile_that_is_written_to_by_its_external_id_is_found() -> None:
    lab = a_lab()
    lab.brand.track([{"external_id": "crm-1", "email": MARIA}])
    lab.move_to(START + timedelta(minutes=5))
    lab.expect([a_participant(MARIA)])
    gateway = Gateway(lab)

    steps(gateway, 2)

    mark = gateway.exchange_about(1)
    assert mark is not None
    assert mark.sent["attributes"][0]["external_id"] == "crm-1"
    profile = gateway.touched_profile(mark)
    assert profile is not None
    assert profile.email == "ma…@example.com"


def test_every_participant_has_a_last_exchange_of_their_own() -> None:
    gateway = Gateway(a_busy_lab())
    gateway.participants()
    assert gateway.exchange_about(1) is None

    steps(gateway, 4)

    about_ana, about_ben = gateway.exchange_about(1), gateway.exchange_about(2)
    assert about_ana is not None
    assert about_ana.operation == "POST /users/track"
    assert about_ben is not None
    assert about_ben.operation == "GET /subscription/status/get"
    assert about_ben.query == (("subscription_group_id", GROUP_ID), ("phone", "+1…23"))
    assert gateway.exchange_about(3) is None


def test_of_two_people_with_one_number_the_touched_one_is_who_moved() -> None:
    first = a_participant(ANA, BENS_PHONE)
    second = a_participant(BEN, BENS_PHONE, after=10)
    gateway = Gateway(a_lab(first, second))
    gateway.participants()

    touched = []
    for _ in range(5):
        steps(gateway, 1)
        touched.append(gateway.touched_participant())

    assert touched == [1, 1, 1, 1, 2]


def test_nobody_is_touched_before_the_first_request() -> None:
    gateway = Gateway(a_busy_lab())
    gateway.participants()

    assert gateway.touched_participant() is None


def everything_shown(gateway: Gateway) -> str:
    rows = gateway.participants()
    exchanges = [gateway.exchange_about(row.number) for row in rows]
    profiles = [gateway.touched_profile(each) for each in exchanges if each is not None]
    return repr([rows, exchanges, profiles, gateway.hazards()])


def test_no_row_shows_an_address_in_full_unless_that_is_asked_for() -> None:
    gateway = Gateway(a_busy_lab())

    personal = {ANA, BEN, BENS_PHONE, MARIA, "3135550199"}
    while gateway.step():
        shown = everything_shown(gateway)
        assert not [each for each in personal if each in shown]

    gateway.shows_addresses = True
    shown = everything_shown(gateway)
    assert not [each for each in personal if each not in shown]


def test_a_hazard_names_the_request_that_caused_it() -> None:
    lab = a_lab(a_participant(BEN, BENS_PHONE), make_integration=hasty_integration)
    gateway = Gateway(lab)

    list(gateway.run_to_end())

    (hazard,) = gateway.hazards()
    assert hazard == HazardRow(
        request=hazard.request,
        hazard="subscription_before_creation_lag",
        says="A subscription state was set for a profile that Braze had not finished making.",
        instead="Wait about 2 minutes after creating the profile before joining it to a group.",
    )
    caused_by = lab.evidence().by_number[hazard.request]
    assert caused_by.operation == "POST /subscription/status/set"
