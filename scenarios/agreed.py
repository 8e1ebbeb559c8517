"""What brand and partner have agreed on in a lab: groups, keys, activations and their offers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from quikly_client.journeys.participation import Cascade, Workflow
from quikly_client.journeys.rules import ActivationRules
from quikly_client.settings import JourneySettings

PARTNER_KEY = "quikly-partner-key"
BRAND_KEY = "brand-own-key"
GROUP_ID = "5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e"
START = datetime(2026, 1, 5, 9, tzinfo=UTC)

# An activation whose participants opt in twice, and what brand and partner agreed on for it.
DOUBLE_OPT_IN_ACTIVATION = "vip-texts"
DOUBLE_OPT_IN_GROUP_ID = "9e2b7d14-6c3f-4a58-b0e1-7f5d3c2a1b60"
OPT_IN_EVENT = "quikly_opt_in_requested"
OPT_IN_CANVAS_ID = "c4a1d2e3-5f60-4b7a-8c9d-0e1f2a3b4c5d"
CONFIRMATION = "Y"
# A month of looks by the quarter hour is 2,900 requests for each who never answers. Here it is 40,
# and nothing of the story changes.
LONGEST_POLL = timedelta(days=1)
# What the credit of such an activation tells the brand.
LEVEL = Cascade("credit", {"quikly_level": "vip"})

# What comes after the word Bearer in the calls of the brand's webhooks.
WEBHOOK_VALUE = "value-for-this-brand"
WEBHOOK_HOST = "api.quikly.com"
CLAIM_EVENT = "claim"
# Offers that are claimed by webhook, as files of activations tell them: few, so that they run out.
OFFERS: Sequence[Mapping[str, Any]] = (
    {
        "name": "first-three",
        "q_scope": "first-three",
        "kind": "drop",
        "award": "rank",
        "opens": START.isoformat(),
        "incentive_tiers": [
            {"rank": 1, "description": "50 % off", "quantity": 1},
            {"rank": 2, "description": "20 % off", "quantity": 2},
        ],
        "events": [CLAIM_EVENT],
    },
    {
        "name": "falling",
        "q_scope": "falling",
        "kind": "swap",
        "award": "time",
        "opens": START.isoformat(),
        "falling_offer": {
            "description": "{value} % off", "from": 40, "to": 10, "by": 10, "every": 600,
        },
        "quantity": 3,
        "events": [CLAIM_EVENT],
    },
)  # fmt: skip


def journey_settings(group_id: str, **changes: Any) -> JourneySettings:
    """What our client is told of this brand, with some of it changed."""
    rules = ActivationRules(
        Workflow.SMS_DOUBLE_OPT_IN, DOUBLE_OPT_IN_GROUP_ID, OPT_IN_EVENT, cascade=LEVEL
    )
    told = {"opt_in_longest_poll": LONGEST_POLL, **changes}
    return JourneySettings(group_id, activations={DOUBLE_OPT_IN_ACTIVATION: rules}, **told)
