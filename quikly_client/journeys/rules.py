"""How the participants of one activation are acquired: what brand and partner agreed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from quikly_client.journeys.participation import Cascade, Value, Workflow


@dataclass(frozen=True, slots=True)
class ActivationRules:
    """The workflow of whoever gave a phone, and the contract about the double opt-in.

    Whoever gave no phone joins by email. Nothing in Braze names the event of a double opt-in or its
    properties: the brand's campaign waits for what is agreed here. In the text of a property
    `{activation}` and `{group_id}` stand for the activation and its subscription group.

    Facts: double-opt-in-event-is-agreed
    """

    with_phone: Workflow = Workflow.SMS
    # Another group than that of the settings: a group is either for single or for double opt-in.
    subscription_group_id: str | None = None
    opt_in_event: str = "quikly_opt_in_requested"
    opt_in_properties: Mapping[str, Value] = field(
        default_factory=lambda: {
            "activation": "{activation}",
            "subscription_group_id": "{group_id}",
        }
    )

    # What is written back for everybody who is credited.
    cascade: Cascade | None = None

    def opt_in_properties_of(self, activation: str, group_id: str) -> dict[str, Value]:
        """The properties of the event for one activation."""
        return {
            name: value.replace("{activation}", activation).replace("{group_id}", group_id)
            if isinstance(value, str)
            else value
            for name, value in self.opt_in_properties.items()
        }
