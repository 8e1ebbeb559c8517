from quikly_client.activations import activation_in
from quikly_client.journeys.participation import Workflow
from quikly_client.journeys.rules import ActivationRules
from quikly_client.terms import rules_of

TEXT = """
name: spring-drop
q_scope: spring
kind: drop
award: rank
opens: 2026-03-02T09:00:00Z
incentive_tiers: [{rank: 1, description: Half, quantity: 5}]
events: [login]
"""


def test_the_rules_are_those_of_the_workflow() -> None:
    """Facts: double-opt-in-event-is-agreed"""
    sms = "workflow: {kind: sms, subscription_group_id: g}"
    asked = (
        "workflow: {kind: double_opt_in, subscription_group_id: g, "
        "event: {name: ask, properties: {source: quikly, level: 2}}}"
    )

    assert rules_of(activation_in(TEXT)) == ActivationRules()
    assert rules_of(activation_in(TEXT + "workflow: {kind: email}")) == ActivationRules(
        Workflow.EMAIL
    )
    assert rules_of(activation_in(TEXT + sms)) == ActivationRules(Workflow.SMS, "g")
    assert rules_of(activation_in(TEXT + asked)) == ActivationRules(
        Workflow.SMS_DOUBLE_OPT_IN, "g", "ask", {"source": "quikly", "level": "2"}
    )
