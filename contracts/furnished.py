"""A fake that holds one of everything, so that no endpoint has to answer with an empty list."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mock_braze.app import create_app
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspaces import Workspaces

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEY = "the-key"
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
EMAIL, PHONE = "email@example.com", "+13135551212"
RESOURCES = {
    "subscription_group_id": "10000000-0000-4000-8000-000000000001",
    "segment_id": "20000000-0000-4000-8000-000000000001",
    "campaign_id": "30000000-0000-4000-8000-000000000001",
    "canvas_id": "40000000-0000-4000-8000-000000000001",
    "message_variation_id": "50000000-0000-4000-8000-000000000001",
}
CUSTOMER = {
    "external_id": "q-1", "email": EMAIL, "phone": PHONE, "quikly_level": 2, "sizes": ["m"],
    "address": {"city": "Detroit"}, "email_subscribe": "unsubscribed",
}  # fmt: skip
NOW = "2026-01-05T09:00:00Z"
# More than a page of /events, so that it leads to another one.
EVENTS = [
    {"external_id": "q-1", "name": name, "time": NOW}
    for name in ("quikly_participated", *(f"event {number}" for number in range(50)))
]
PURCHASE = {"external_id": "q-1", "product_id": "p-1", "currency": "USD", "price": 1, "time": NOW}
SENT_SOON = {"next_send_time": "2026-12-01T00:00:00Z", "first_sent": NOW, "channels": ["email"]}
LEVEL = {"custom_attribute": "quikly_level", "operator": ">=", "value": 2}
BY_API = {"trigger": {"kind": "api"}}
MAIL = {"channel": "email", "from": "a@example.com", "subject": "Hi", "body": "Hello"}
# What is sent to the fake, in this order.
FURNITURE: list[tuple[str, dict[str, Any]]] = [
    ("/control/subscription_groups", {
        "id": RESOURCES["subscription_group_id"], "name": "Text message offers", "channel": "sms"}),
    ("/users/track", {"attributes": [CUSTOMER], "events": EVENTS, "purchases": [PURCHASE]}),
    ("/control/clock/advance", {"seconds": 600}),
    ("/subscription/status/set", {
        "subscription_group_id": RESOURCES["subscription_group_id"], "phone": PHONE,
        "subscription_state": "subscribed"}),
    ("/email/status", {"email": "left@example.com", "subscription_state": "unsubscribed"}),
    ("/control/email/bounces", {"email": EMAIL}),
    ("/control/sms/invalid_phone_numbers", {"phone": PHONE, "reason": "deactivated"}),
    ("/control/segments", {
        "id": RESOURCES["segment_id"], "name": "High", "filter": LEVEL, "tags": ["a"]}),
    ("/control/campaigns", {
        "id": RESOURCES["campaign_id"], "name": "Welcome", **SENT_SOON, **BY_API,
        "messages": [MAIL]}),
    ("/control/canvases", {
        "id": RESOURCES["canvas_id"], "name": "Journey", **SENT_SOON, **BY_API,
        "steps": [{"message": MAIL}]}),
    ("/control/content_blocks", {"name": "Footer", "tags": ["a"]}),
    ("/control/email_templates", {"name": "Newsletter"}),
]  # fmt: skip


def a_fake(**dials: Any) -> Any:
    """The Flask application around it, its dials turned when it is furnished.

    Half a minute passes between two calls, so that no limit is reached and everything settles.
    """
    clock = ManualClock(START)
    workspaces = Workspaces(clock, api_key=KEY)
    application = create_app(workspaces)
    client = application.test_client()
    for path, body in FURNITURE:
        answer = client.post(path, json=body, headers={"Authorization": f"Bearer {KEY}"})
        assert answer.status_code < 300, (path, answer.text)
    campaigns = workspaces.default.state.campaigns.campaigns
    campaigns[RESOURCES["campaign_id"]].variation_ids = (RESOURCES["message_variation_id"],)
    answer = client.patch("/control/dials", json=dials)
    assert answer.status_code == 200, answer.text
    at_once = application.wsgi_app

    def later(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        clock.advance(timedelta(seconds=30))
        return at_once(environ, start_response)

    application.wsgi_app = later  # type: ignore[method-assign]
    return application
