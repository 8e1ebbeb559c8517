import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from worlds import EMAIL_GROUP, KEY, PHONE, SMS_GROUP, START, World

from mock_braze.app import create_app
from mock_braze.control.world import PARTS
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspaces import Workspaces
from mock_braze.in_process import in_process_session
from mock_braze.replay import read_steps, replay

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "mock_braze" / "world.schema.json").read_text())

WORLD = f"""\
# A brand with two members.
seed: 7
start: 2026-03-01T09:00:00Z
dials: {{preset: pessimistic, creation_lag: 60}}
rate_limits: {{track: 5}}
api_keys:
  - key: read-only
    permissions: [users.export.ids]
subscription_groups:
  - id: {SMS_GROUP}
    name: Text message offers
    channel: sms
    keywords: {{opt_in: {{keywords: [START, YES]}}}}
  - {{id: {EMAIL_GROUP}, name: Newsletter, channel: email}}
custom_attributes:
  - {{name: tier, data_type: number}}
profiles:
  - external_id: member-1
    user_aliases: [{{alias_name: m1, alias_label: quikly}}]
    email: ana@example.com
    phone: +13135550171
    created_at: 2025-06-01
    tier: 3
    subscription_groups:
      - {{subscription_group_id: {SMS_GROUP}, subscription_state: subscribed}}
    custom_events:
      - {{name: entered, count: 2, first: 2026-01-01, last: 2026-02-01}}
  - email: ben@example.com
blocked_users:
  external_ids: [banned]
"""


def begin(world: World, text: str | bytes) -> Any:
    return world.control("POST", "/world", raw=text if isinstance(text, bytes) else text.encode())


def test_a_workspace_begins_as_a_file_says(world: World) -> None:
    world.tracked({"external_id": "gone"})

    answer = begin(world, WORLD)

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "workspace": "default",
            "dials": 2,
            "rate_limits": 1,
            "api_keys": 1,
            "subscription_groups": 2,
            "custom_attributes": 1,
            "profiles": 2,
            "blocked_users": 1,
        },
    )
    assert world.control("GET", "/clock").json()["now"] == "2026-03-01T09:00:00+00:00"
    assert world.control("GET", "/dials").json()["dials"]["creation_lag"]["value"] == 60
    ana, ben = world.control("GET", "/profiles").json()["profiles"]
    assert (ana["external_id"], ana["phone"]) == ("member-1", PHONE)
    assert (ana["custom_attributes"], ana["custom_events"]) == ({"tier": 3}, {"entered": 2})
    assert ana["created_at"] == "2025-06-01T00:00:00.000Z"
    assert (ben["email"], ben["external_id"]) == ("ben@example.com", None)
    status = world.status("phone=%2B13135550171").json()["status"]
    assert list(status.values()) == ["Subscribed"]
    sent = {"external_ids": ["member-1"], "fields_to_export": ["email"]}
    exported = world.post("/users/export/ids", sent, headers={"Authorization": "Bearer read-only"})
    assert exported.json()["users"] == [{"email": "ana@example.com"}]


def test_json_is_read_as_well_and_makes_the_same_world() -> None:
    one, other = World(), World()
    assert begin(one, WORLD).status_code == 200
    document = yaml.load(WORLD, yaml.BaseLoader)
    document = {**document, "seed": 7}
    document["dials"]["creation_lag"] = 60
    document["rate_limits"] = {"track": 5}
    document["profiles"][0]["tier"] = 3
    document["profiles"][0]["custom_events"][0]["count"] = 2

    assert begin(other, json.dumps(document, indent=2)).status_code == 200

    one_profiles, other_profiles = (
        each.control("GET", "/profiles").content for each in (one, other)
    )
    assert one_profiles == other_profiles


def test_a_pair_of_escapes_is_one_character(world: World) -> None:
    assert begin(world, r'{"profiles": [{"external_id": "\ud83c\udf81"}]}').status_code == 200

    (profile,) = world.control("GET", "/profiles").json()["profiles"]
    assert profile["external_id"] == "🎁"


def test_what_a_world_makes_can_be_replayed(world: World) -> None:
    begin(world, WORLD)
    world.post("/users/track", {"attributes": [{"external_id": "a"}]})
    world.control("POST", "/clock/next")

    workspaces = Workspaces(ManualClock(START), seed=7, api_key=KEY)
    again = World()
    again.workspace.restore(replay(read_steps(world.journal().splitlines()), workspaces).snapshot())

    assert again.control("GET", "/snapshot").json() == world.control("GET", "/snapshot").json()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["line 1, column 1: the file is empty"]),
        ("- 1", ['line 1, column 1: the file: [1] is not of type "object"']),
        (b"\xff", ["the file is not UTF-8: 'utf-8' codec can't decode byte 0xff in position 0: "
                   "invalid start byte"]),
        ("a: [", ["line 1, column 5: this is no YAML: expected the node content, "
                   "but found '<stream end>'"]),
        ("seed: 1\nseed: 2\n", ["line 2, column 1: 'seed' stands here again; "
                                  "first at line 1, column 1"]),
        ("start: &a x\nx: *a\n", ["line 2, column 4: this is no YAML: aliases are not read here"]),
        ("? [a]\n: 1\n", ["line 1, column 3: the name of a member must be text"]),
        ("seed: !!python/object/apply:os.system [ls]\n",
         ["line 1, column 7: seed: [\"ls\"] is not of type \"integer\""]),
        (r'{"seed": "\ud83c"}', ["line 1, column 10: this holds half of a pair of escapes such as "
                                 "\\ud83d\\ude00"]),
        (r'{"\ud83c": 1}', ["line 1, column 2: this holds half of a pair of escapes such as "
                            "\\ud83d\\ude00"]),
        ("start: noon", ["line 1, column 8: start: this must be an ISO 8601 time, not 'noon'"]),
        ("start: 9999-01-01", ["line 1, column 8: start: 9999-01-01T00:00:00+00:00 leaves the "
                               "calendar, which ends on 9000-01-01"]),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_the_place(
    world: World, text: str | bytes, problems: list[str]
) -> None:
    world.tracked({"external_id": "a"})
    before = world.control("GET", "/snapshot").content

    answer = begin(world, text)

    assert (answer.status_code, answer.json()) == (400, {"problems": problems})
    assert world.control("GET", "/snapshot").content == before


def test_every_misfit_is_told_with_its_line(world: World) -> None:
    text = """\
seed: seven
colour: red
profiles:
  - email: 5
    user_aliases: [{alias_name: a, name: b}]
    custom_events:
      - {count: 0, first: x, lest: y}
subscription_groups:
  - name: no channel
"""

    answer = begin(world, text)

    told = [re.sub(r"(there are \w+, ).*", r"\1…", each) for each in answer.json()["problems"]]
    assert sorted(told) == sorted([
        "line 2, column 9: colour: there is no member 'colour'; there are seed, …",
        "line 5, column 42: profiles[0].user_aliases[0].name: there is no member 'name'; "
        "there are alias_name, …",
        'line 1, column 7: seed: "seven" is not of type "integer"',
        'line 4, column 12: profiles[0].email: 5 is not of type "string"',
        'line 7, column 9: profiles[0].custom_events[0]: "name" is a required property',
        'line 5, column 20: profiles[0].user_aliases[0]: "alias_label" is a required property',
        "line 7, column 36: profiles[0].custom_events[0].lest: there is no member 'lest'; "
        "there are name, …",
        "line 7, column 17: profiles[0].custom_events[0].count: 0 is less than the minimum of 1",
        'line 9, column 5: subscription_groups[0]: "channel" is a required property',
    ])  # fmt: skip


def test_what_the_lists_and_exports_show_can_stand_in_the_file(world: World) -> None:
    text = """\
profiles: [{external_id: a, tier: 3}, {external_id: b}]
segments: [{id: top, name: Top, filter: {custom_attribute: tier, operator: ">=", value: 2}}]
campaigns: [{id: c-1, name: Welcome}]
canvases: [{id: v-1, name: Journey}]
content_blocks: [{name: footer}]
email_templates: [{name: Letter}]
"""

    assert begin(world, text).status_code == 200
    (segment,) = world.control("GET", "/segments").json()["segments"]
    assert (segment["id"], len(segment["members"])) == ("top", 1)
    names = {
        path: [
            each.get("name") or each.get("template_name") for each in world.get(path).json()[listed]
        ]
        for path, listed in (
            ("/campaigns/list", "campaigns"),
            ("/canvas/list", "canvases"),
            ("/content_blocks/list", "content_blocks"),
            ("/templates/email/list", "templates"),
        )
    }
    assert names == {
        "/campaigns/list": ["Welcome"],
        "/canvas/list": ["Journey"],
        "/content_blocks/list": ["footer"],
        "/templates/email/list": ["Letter"],
    }


def test_what_the_calls_refuse_is_told_with_its_line_and_nothing_is_made(world: World) -> None:
    world.tracked({"external_id": "a"})
    before = world.control("GET", "/snapshot").content
    text = """\
dials:
  creation_lag: soon
api_keys:
  - permissions: [users.trak]
    key: new
subscription_groups:
  - name: Offers
    channel: fax
  - name: Letters
    channel: email
    chanel: x
profiles:
  - external_id: a
    email: no
  - external_id: b
    created_at: 2999-01-01
"""

    answer = begin(world, text)

    assert answer.status_code == 400
    told = [re.sub(r"(channel), .*", r"\1, …", each) for each in answer.json()["problems"]]
    assert [each.partition(": ")[::2] for each in told] == [
        ("line 2, column 17", "dials.creation_lag: dial 'creation_lag' cannot be 'soon': "
         "give seconds, 0 or more"),
        ("line 4, column 5", "api_keys[0].users.trak: there is no permission 'users.trak'; "
         "close to it are users.track, users.track.sync, users.track.bulk"),
        ("line 8, column 14", "subscription_groups[0].channel: 'channel' must be one of "
         "sms, email, whatsapp"),
        ("line 11, column 13", "subscription_groups[1].chanel: there is no member 'chanel'; there "
         "are id, name, channel, …"),
        ("line 14, column 12", "profiles[0].email: Braze would refuse this: The value provided "
         "for the 'email' field is not a valid email."),
        ("line 16, column 17", "profiles[1].created_at: 'created_at' must not be after "
         "2026-01-05T09:03:20+00:00, not '2999-01-01'"),
    ]  # fmt: skip
    assert world.control("GET", "/snapshot").content == before
    assert world.post("/users/track", headers={"Authorization": "Bearer new"}).status_code == 401


@pytest.mark.parametrize("depth", [500, 100_000])
def test_a_file_nested_too_deep_is_refused(world: World, depth: int) -> None:
    answer = begin(world, "[" * depth)

    assert answer.status_code == 400
    assert answer.json()["problems"]


def test_a_server_with_a_token_takes_a_world_with_it() -> None:
    app = create_app(Workspaces(ManualClock(START), api_key=KEY), control_token="secret")
    session = in_process_session(app)

    without = session.post("http://x/control/world", data=WORLD)
    answer = session.post(
        "http://x/control/world", data=WORLD, headers={"Authorization": "Bearer secret"}
    )

    assert (without.status_code, answer.status_code) == (401, 200)


def test_the_schema_is_one_and_knows_every_part() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert set(SCHEMA["properties"]) == {"seed", "start", *(each.name for each in PARTS)}
