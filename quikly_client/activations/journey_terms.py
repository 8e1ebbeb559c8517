"""What an activation's file means for the journeys: how to acquire, and what to write back."""

from collections.abc import Mapping
from datetime import datetime

from quikly_client.activations.activation import Acquisition, Activation
from quikly_client.activations.cascade import cascade_of
from quikly_client.activations.claims import Claim
from quikly_client.journeys.participation import Cascade, CustomEvent, Workflow
from quikly_client.journeys.rules import ActivationRules

WORKFLOWS: Mapping[Acquisition, Workflow] = {
    Acquisition.EMAIL: Workflow.EMAIL,
    Acquisition.SMS: Workflow.SMS,
    Acquisition.DOUBLE_OPT_IN: Workflow.SMS_DOUBLE_OPT_IN,
}


def acquisition_rules(activation: Activation) -> ActivationRules:
    """How those who gave a phone are acquired; without a word in the file, by one opt-in.

    Facts: double-opt-in-event-is-agreed
    """
    terms = activation.workflow
    if terms is None:
        return ActivationRules()
    workflow, group = WORKFLOWS[terms.kind], terms.subscription_group_id
    if terms.event is None:
        return ActivationRules(workflow, group)
    return ActivationRules(workflow, group, terms.event.name, terms.event.properties)


def outcome_of(activation: Activation, claim: Claim) -> Cascade:
    """What of a claim is to be written back, as a worker takes it.

    Facts: outcomes-cascade
    """
    told = cascade_of(activation, claim)
    events = tuple(
        CustomEvent(each["name"], datetime.fromisoformat(each["time"]), each["properties"])
        for each in told["events"]
    )
    return Cascade(claim.outcome.value, told["attributes"], events)
