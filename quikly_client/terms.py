"""What an activation's file says of acquisition, as the rules of its journeys."""

from collections.abc import Mapping

from quikly_client.activations import Acquisition, Activation
from quikly_client.journeys.participation import Workflow
from quikly_client.journeys.rules import ActivationRules

WORKFLOWS: Mapping[Acquisition, Workflow] = {
    Acquisition.EMAIL: Workflow.EMAIL,
    Acquisition.SMS: Workflow.SMS,
    Acquisition.DOUBLE_OPT_IN: Workflow.SMS_DOUBLE_OPT_IN,
}


def rules_of(activation: Activation) -> ActivationRules:
    """Those of its workflow; without one, whoever gave a phone joins by a single opt-in.

    Facts: double-opt-in-event-is-agreed
    """
    terms = activation.workflow
    if terms is None:
        return ActivationRules()
    rules = ActivationRules(WORKFLOWS[terms.kind], terms.subscription_group_id)
    if terms.event is None:
        return rules
    properties = {name: str(value) for name, value in terms.event.properties.items()}
    return ActivationRules(
        rules.with_phone, rules.subscription_group_id, terms.event.name, properties
    )
