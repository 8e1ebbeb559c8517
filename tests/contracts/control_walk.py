"""A walk over every call of the control plane: each done once as it should be, and refused once.

It is of plain data, so that it serves as examples too; the fake makes no random IDs in it that a
later step would need.
"""

from dataclasses import dataclass
from typing import Any

SEGMENT = "3f1c2b7a-6d5e-4a90-8b1c-2d3e4f5a6b7c"
SMS_GROUP = "5a7c3f0e-2b1d-4c6a-9e8f-0d1b2a3c4d5e"
WEBHOOK = {
    "channel": "webhook",
    "url": "https://api.quikly.com/webhook/braze",
    "method": "POST",
    "headers": {"Content-Type": "application/json"},
    "pairs": {"q_scope": "spring-drop-2026", "event": "login", "email": "{{${email_address}}}"},
}
CARD = {"channel": "content_card", "title": "A gift", "message": "Hi {{${first_name}}}"}


@dataclass(frozen=True, slots=True)
class Step:
    """One call; `path` as in the description, `named` what stands in its braces."""

    method: str
    path: str
    body: Any = None
    query: str = ""
    named: str = ""
    status: int = 200

    @property
    def url(self) -> str:
        """The path to call."""
        parts = [self.named if part.startswith("{") else part for part in self.path.split("/")]
        return "/".join(parts) + (f"?{self.query}" if self.query else "")


def good(method: str, path: str, body: Any = None, **more: Any) -> Step:
    return Step(method, f"/control{path}", body, **more)


def bad(method: str, path: str, body: Any = None, status: int = 400, **more: Any) -> Step:
    return Step(method, f"/control{path}", body, status=status, **more)


STEPS = (
    good("GET", ""),
    bad("GET", "", query="all=yes"),
    good("GET", "/health"),
    bad("GET", "/health", query="deep=yes"),
    good(
        "POST",
        "/workspaces",
        {"name": "brand", "seed": 7, "permissions": ["users.track"]},
        status=201,
    ),
    bad("POST", "/workspaces", {"name": "brand"}, status=409),
    good("POST", "/reset"),
    bad("POST", "/reset", {"hard": True}),
    good("GET", "/clock"),
    bad("GET", "/clock", query="workspace=none", status=404),
    good("PUT", "/clock", {"mode": "manual", "now": "2026-03-02T09:00:00Z"}),
    bad("PUT", "/clock", {"mode": "manual", "now": "2020-01-01T00:00:00Z"}, status=409),
    good("GET", "/dials"),
    bad("GET", "/dials", query="name=creation_lag"),
    good("PATCH", "/dials", {"creation_lag": 60}),
    bad("PATCH", "/dials", {"creation_lags": 60}),
    good("GET", "/rate_limits"),
    bad("GET", "/rate_limits", query="family=x"),
    good("PATCH", "/rate_limits", {"track": 50}),
    bad("PATCH", "/rate_limits", {"track": "many"}),
    good(
        "POST",
        "/api_keys",
        {"permissions": ["users.track"], "key": "partner-2", "partner": True},
        status=201,
    ),
    bad("POST", "/api_keys", {"permissions": ["users.tracks"]}),
    good(
        "POST",
        "/subscription_groups",
        {
            "id": SMS_GROUP,
            "name": "Offers",
            "channel": "sms",
            "double_opt_in": {},
            "languages": {"es": {"keywords": {"opt_in": {"keywords": ["SI"], "reply": "Gracias"}}}},
            "fuzzy_opt_out": {"action": "instruct", "instruction": "Reply STOP to end"},
        },
        status=201,
    ),
    good("POST", "/subscription_groups", {"name": "News", "channel": "email"}, status=201),
    bad("POST", "/subscription_groups", {"id": "offers", "name": "Offers", "channel": "fax"}),
    good("GET", "/subscription_groups"),
    bad("GET", "/subscription_groups", query="channel=sms"),
    good("PATCH", "/subscription_groups/{group_id}", {"name": "Text offers"}, named=SMS_GROUP),
    bad("PATCH", "/subscription_groups/{group_id}", {"name": "x"}, named="none", status=404),
    good("PUT", "/custom_attributes", {"name": "points", "data_type": "number"}),
    bad("PUT", "/custom_attributes", {"name": "points", "data_type": "money"}),
    good("GET", "/custom_attributes"),
    bad("GET", "/custom_attributes", query="name=points"),
    good(
        "POST",
        "/profiles",
        {
            "external_id": "q-1",
            "email": "ana@example.com",
            "phone": "+13135551212",
            "first_name": "Ana",
            "points": 5,
            "user_aliases": [{"alias_name": "ana@example.com", "alias_label": "email"}],
            "created_at": "2026-01-05T09:00:00Z",
            "custom_events": [
                {
                    "name": "login",
                    "count": 2,
                    "first": "2026-01-06T09:00:00Z",
                    "last": "2026-02-01T09:00:00Z",
                }
            ],
            "subscription_groups": [
                {"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}
            ],
        },
        status=201,
    ),
    bad("POST", "/profiles", {"email": "ana"}),
    good("GET", "/profiles", query="external_id=q-1"),
    bad("GET", "/profiles", query="external_id=q-1&email=ana@example.com"),
    good("PATCH", "/profiles", {"is_test_user": True}, query="external_id=q-1"),
    bad("PATCH", "/profiles", {"is_test_user": True}, query="external_id=q-2", status=404),
    good(
        "POST",
        "/segments",
        {
            "id": SEGMENT,
            "name": "With an address",
            "filter": {"attribute": "email", "operator": "exists"},
        },
        status=201,
    ),
    bad("POST", "/segments", {"name": "Nobody", "filter": {"operator": "guess"}}),
    good("GET", "/segments"),
    bad("GET", "/segments", query="id=s-1"),
    good(
        "POST",
        "/campaigns",
        {
            "id": "c-1",
            "name": "Gift",
            "trigger": {"kind": "custom_event", "name": "login"},
            "messages": [
                {"channel": "sms", "subscription_group_id": SMS_GROUP, "body": "A gift waits"},
                {
                    "channel": "email",
                    "from": "b@brand.com",
                    "subject": "Hi",
                    "body": "A gift waits",
                },
                WEBHOOK,
                CARD,
            ],
            "quiet_hours": {"from": "22:00", "until": "08:00"},
        },
        status=201,
    ),
    bad("POST", "/campaigns", {"id": "c-1", "name": "Gift"}, status=409),
    good("GET", "/campaigns"),
    bad("GET", "/campaigns", query="id=c-1"),
    good("PATCH", "/campaigns/{campaign_id}", {"tags": ["spring"]}, named="c-1"),
    bad("PATCH", "/campaigns/{campaign_id}", {"id": "c-2"}, named="c-1"),
    good(
        "POST",
        "/canvases",
        {
            "id": "v-1",
            "name": "Welcome",
            "trigger": {"kind": "api"},
            "steps": [
                {"delay_seconds": 120},
                {
                    "user_update": {
                        "attributes": [{"braze_id": "{{${braze_id}}}", "welcomed": True}]
                    }
                },
                {"name": "tell Quikly", "message": WEBHOOK},
            ],
        },
        status=201,
    ),
    bad("POST", "/canvases", {"name": "Welcome", "steps": [{"wait": 1}]}),
    good("GET", "/canvases"),
    bad("GET", "/canvases", query="id=v-1"),
    good("PATCH", "/canvases/{campaign_id}", {"enabled": False}, named="v-1"),
    bad("PATCH", "/canvases/{campaign_id}", {"enabled": False}, named="v-2", status=404),
    good("PUT", "/frequency_caps", {"caps": [{"most": 3, "within_seconds": 86400}]}),
    bad("PUT", "/frequency_caps", {"caps": [{"most": 0, "within_seconds": 86400}]}),
    good("GET", "/frequency_caps"),
    bad("GET", "/frequency_caps", query="of=sms"),
    good("POST", "/content_blocks", {"id": "b-1", "name": "footer", "tags": ["all"]}, status=201),
    bad("POST", "/content_blocks", {"tags": [1]}),
    good("GET", "/content_blocks"),
    bad("GET", "/content_blocks", query="id=b-1"),
    good("POST", "/email_templates", {"id": "t-1", "name": "Welcome"}, status=201),
    bad("POST", "/email_templates", {"created_at": "soon", "name": "Welcome"}),
    good("GET", "/email_templates"),
    bad("GET", "/email_templates", query="id=t-1"),
    good("PUT", "/connected_content", {"https://brand.com/points": {"points": 12}}),
    bad("PUT", "/connected_content", ["https://brand.com/points"]),
    good("GET", "/connected_content"),
    bad("GET", "/connected_content", query="url=x"),
    good(
        "PUT",
        "/webhook_targets",
        {"targets": {"api.quikly.com": "http://127.0.0.1:9"}, "patience": 0.5},
    ),
    bad("PUT", "/webhook_targets", {"targets": {"api.quikly.com": "https://quikly.com"}}),
    good("GET", "/webhook_targets"),
    bad("GET", "/webhook_targets", query="host=x"),
    good(
        "POST",
        "/webhook_templates",
        {"name": "tell", **{k: v for k, v in WEBHOOK.items() if k != "channel"}},
        status=201,
    ),
    good(
        "POST",
        "/webhook_templates",
        {
            "name": "tell",
            "url": "https://api.quikly.com/webhook/braze",
            "raw_text": "{{${email_address}}}",
        },
    ),
    bad("POST", "/webhook_templates", {"name": "a/b", "url": "https://api.quikly.com"}),
    good("GET", "/webhook_templates"),
    bad("GET", "/webhook_templates", query="name=tell"),
    good("POST", "/webhook_templates/{name}/preview", {"external_id": "q-1"}, named="tell"),
    good(
        "POST",
        "/webhook_templates/{name}/preview",
        {"custom_user": {"email_address": "ben@example.com"}},
        named="tell",
    ),
    bad("POST", "/webhook_templates/{name}/preview", named="none", status=404),
    good("POST", "/webhook_templates/{name}/test", {"email": "ana@example.com"}, named="tell"),
    bad(
        "POST",
        "/webhook_templates/{name}/test",
        {"email": "nobody@example.com"},
        named="tell",
        status=404,
    ),
    good("POST", "/sessions", {"external_id": "q-1"}, status=201),
    bad("POST", "/sessions", {"external_id": "q-2"}, status=404),
    good(
        "POST",
        "/faults",
        {
            "match": {"path": "/users/track"},
            "effect": {"kind": "status", "status": 503},
            "times": 1,
        },
        status=201,
    ),
    good(
        "POST",
        "/faults",
        {"effect": {"kind": "applied_then_lost", "answer": "reset"}, "probability": 0.001},
        status=201,
    ),
    bad("POST", "/faults", {"effect": {"kind": "fire"}}),
    good("GET", "/faults"),
    bad("GET", "/faults", query="id=1"),
    Step(
        "POST",
        "/users/track",
        {"events": [{"external_id": "q-1", "name": "login", "time": "2026-03-02T09:00:00Z"}]},
        status=503,
    ),
    Step(
        "POST",
        "/users/track",
        {"events": [{"external_id": "q-1", "name": "login", "time": "2026-03-02T09:00:00Z"}]},
        status=201,
    ),
    Step("POST", "/users/export/segment", {"segment_id": SEGMENT, "fields_to_export": ["email"]}),
    good("DELETE", "/faults", query="id=2"),
    bad("DELETE", "/faults", query="id=9", status=404),
    good("POST", "/clock/advance", {"seconds": 3600}),
    bad("POST", "/clock/advance", {"seconds": "long"}),
    good("POST", "/clock/next"),
    bad("POST", "/clock/next", {"seconds": 1}),
    good("POST", "/sms/inbound", {"phone": "+13135551213", "group_id": SMS_GROUP, "body": "START"}),
    bad("POST", "/sms/inbound", {"phone": "x", "group_id": "y", "body": "START"}),
    good("GET", "/sms/outbox"),
    bad("GET", "/sms/outbox", query="since=now"),
    good("GET", "/email/outbox", query="since=1"),
    bad("GET", "/email/outbox", query="to=ana"),
    good("POST", "/email/clicks", {"email": "ana@example.com", "link": "opt_in"}, status=201),
    bad("POST", "/email/clicks", {"email": "ana@example.com", "link": "buy"}),
    good("POST", "/email/bounces", {"email": "ana@example.com"}, status=201),
    bad("POST", "/email/bounces", {"email": "ana"}),
    good("POST", "/email/spam_reports", {"email": "ana@example.com"}, status=201),
    bad("POST", "/email/spam_reports", {}),
    good(
        "POST",
        "/sms/invalid_phone_numbers",
        {"phone": "+13135551213", "reason": "deactivated"},
        status=201,
    ),
    bad("POST", "/sms/invalid_phone_numbers", {"phone": "+13135551213", "reason": "bored"}),
    good("PUT", "/blocked_users", {"external_ids": ["q-9"]}),
    bad("PUT", "/blocked_users", {"external_ids": [9]}),
    good("GET", "/blocked_users"),
    bad("GET", "/blocked_users", query="id=q-9"),
    good("GET", "/content_cards"),
    bad("GET", "/content_cards", query="of=q-1"),
    good("GET", "/webhooks"),
    bad("GET", "/webhooks", query="since=1"),
    good("GET", "/profiles"),
    bad("GET", "/exports/{file_name}", named="none.zip", status=403),
    good("GET", "/journal"),
    good("GET", "/journal", query="format=har"),
    bad("GET", "/journal", query="format=xml"),
    good("GET", "/snapshot"),
    bad("GET", "/snapshot", query="pretty=1"),
    bad("PUT", "/snapshot", {"format": 0}),
    good("POST", "/world", {"seed": 7, "profiles": [{"external_id": "q-1"}]}),
    bad("POST", "/world", {"profile": []}),
)
