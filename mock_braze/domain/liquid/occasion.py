"""Occasion: what a message is sent for, as a template sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a message is sent, as far as a template can see it.

    `campaign` holds `name`, `api_id`, `dispatch_id` and `message_name`.

    Facts: liquid-event-properties, liquid-api-trigger-properties, liquid-canvas-context,
    liquid-campaign-attributes, liquid-inbound-message
    """

    event_properties: Mapping[str, Any] = field(default_factory=dict)
    api_trigger_properties: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    campaign: Mapping[str, Any] = field(default_factory=dict)
    inbound_message_body: str | None = None
