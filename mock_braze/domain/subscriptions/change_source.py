"""Where a change of state in a subscription group comes from."""

from enum import StrEnum


class ChangeSource(StrEnum):
    """The sources that a campaign can tell apart, as far as this fake has them.

    Facts: group-trigger-sources
    """

    REST_API = "rest_api"
    INBOUND_MESSAGE = "inbound_message"
    CANVAS_STEP = "canvas_step"


# Those that Braze has besides.
ABSENT_SOURCES = ("preference_center", "sdk", "csv_import", "shopify", "list_unsubscribe")
