from datetime import UTC, datetime
from typing import Any

import pytest
from activation_texts import DROP, an_activation

from quikly_client.activations import Claim, IncentiveTier, Order, Outcome
from quikly_client.activations.claims import Stage
from quikly_client.activations.journey_terms import acquisition_rules, outcome_of
from quikly_client.journeys.participation import Cascade, CustomEvent, Workflow
from quikly_client.journeys.rules import ActivationRules

GROUP = "5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e"
AT = datetime(2026, 3, 2, 9, 0, 1, 500_000, UTC)


@pytest.mark.parametrize(
    ("workflow", "rules"),
    [
        (None, ActivationRules()),
        ({"kind": "email"}, ActivationRules(Workflow.EMAIL)),
        (
            {"kind": "sms", "subscription_group_id": GROUP},
            ActivationRules(Workflow.SMS, GROUP),
        ),
        (
            {
                "kind": "double_opt_in",
                "subscription_group_id": GROUP,
                "event": {"name": "start_doi", "properties": {"source": "quikly", "round": 2}},
            },
            ActivationRules(
                Workflow.SMS_DOUBLE_OPT_IN, GROUP, "start_doi", {"source": "quikly", "round": 2}
            ),
        ),
    ],
)
def test_a_file_says_how_its_participants_are_acquired(
    workflow: dict[str, Any] | None, rules: ActivationRules
) -> None:
    assert acquisition_rules(an_activation(DROP, workflow=workflow)) == rules


def test_only_texts_name_the_activation_and_the_group() -> None:
    """The rest of what was agreed on goes out as it is."""
    rules = ActivationRules(opt_in_properties={"of": "{activation}/{group_id}", "round": 2})

    assert rules.opt_in_properties_of("spring", "g") == {"of": "spring/g", "round": 2}


def test_a_claim_is_written_back_as_the_file_says() -> None:
    """Facts: outcomes-cascade"""
    activation = an_activation(
        DROP,
        cascade={
            "attributes": {"quikly_level": "level"},
            "events": [{"name": "won", "properties": {"rank": "rank"}}],
        },
    )
    claim = Claim(
        "spring-2026", Stage.CLAIM, "ana@example.com", "login", 7, AT, Outcome.WON,
        IncentiveTier(2, "20 % off", level="silver"), Order("spring-2026:7", "token"),
    )  # fmt: skip

    assert outcome_of(activation, claim) == Cascade(
        "won", {"quikly_level": "silver"}, (CustomEvent("won", AT, {"rank": 2}),)
    )
