"""The paths that Braze documents: whoever calls one that is not played here has made no mistake."""

from fnmatch import fnmatchcase

# From the table of permissions, whose names are the paths, and the pages of single endpoints.
DOCUMENTED = (
    "/campaigns/data_series",
    "/campaigns/details",
    "/campaigns/list",
    "/campaigns/trigger/schedule/create",
    "/campaigns/trigger/schedule/delete",
    "/campaigns/trigger/schedule/update",
    "/campaigns/trigger/send",
    "/campaigns/url_info/details",
    "/canvas/data_series",
    "/canvas/data_summary",
    "/canvas/details",
    "/canvas/list",
    "/canvas/trigger/schedule/create",
    "/canvas/trigger/schedule/delete",
    "/canvas/trigger/schedule/update",
    "/canvas/trigger/send",
    "/canvas/url_info/details",
    "/catalogs",
    "/catalogs/*",
    "/content_blocks/create",
    "/content_blocks/info",
    "/content_blocks/list",
    "/content_blocks/update",
    "/kpi/dau/data_series",
    "/kpi/mau/data_series",
    "/kpi/new_users/data_series",
    "/kpi/uninstalls/data_series",
    "/messages/live_activity/update",
    "/messages/schedule/create",
    "/messages/schedule/delete",
    "/messages/schedule/update",
    "/messages/scheduled_broadcasts",
    "/messages/send",
    "/preference_center/v1*",
    "/purchases/quantity_series",
    "/purchases/revenue_series",
    "/sends/data_series",
    "/sends/id/create",
    "/sessions/data_series",
    "/templates/email/create",
    "/templates/email/info",
    "/templates/email/list",
    "/templates/email/update",
    "/transactional/v1/campaigns/*/send",
)


def is_documented(path: str) -> bool:
    """Whether Braze has an endpoint at this path."""
    path = path.removesuffix("/")
    return any(fnmatchcase(path, each) for each in DOCUMENTED)
