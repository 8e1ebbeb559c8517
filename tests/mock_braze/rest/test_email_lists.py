"""`/email/…`: the global state of addresses, and the lists of bounces, unsubscribes and spam."""

from typing import Any

import pytest
from worlds import EMAIL, OTHER_EMAIL, World, advance

SUCCESS = '{"message":"success"}'
NOBODY = '{"emails":[],"message":"success"}'
DAY = 86_400
RANGE = "start_date=2026-01-01&end_date=2026-02-01"
CHANGES = [
    "/email/status",
    "/email/bounce/remove",
    "/email/spam/remove",
    "/email/blocklist",
    "/email/blacklist",
]


def set_global(world: World, email: Any = EMAIL, value: Any = "unsubscribed") -> Any:
    return world.post("/email/status", {"email": email, "subscription_state": value})


def unsubscribed(world: World, query: str = RANGE) -> list[str]:
    emails = world.get(f"/email/unsubscribes?{query}").json()["emails"]
    return [each["email"] for each in emails]


def bounced(world: World, query: str = RANGE) -> list[str]:
    return [each["email"] for each in world.get(f"/email/hard_bounces?{query}").json()["emails"]]


@pytest.mark.parametrize("value", ["opted_in", "subscribed", "unsubscribed"])
@pytest.mark.parametrize("email", [EMAIL, [EMAIL], "Anna@Example.com", [OTHER_EMAIL, EMAIL]])
def test_the_state_of_addresses_is_set(world: World, email: Any, value: str) -> None:
    """Facts: email-status-request, email-status-success-body"""
    world.tracked({"external_id": "a", "email": EMAIL})

    answer = set_global(world, email, value)

    assert (answer.status_code, answer.text) == (201, SUCCESS)
    assert world.user("a")["email_subscribe"] == value


@pytest.mark.parametrize("value", [None, "Subscribed", "maybe", 5, ["subscribed"]])
def test_a_state_that_is_none_is_refused(world: World, value: Any) -> None:
    answer = set_global(world, value=value)

    assert (answer.status_code, answer.json()) == (400, {"message": "Invalid subscription state"})


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(
    ("email", "message"),
    [
        (None, "email is required"),
        ([], "email is required"),
        ("", "Invalid email address or phone number"),
        ("no email", "Invalid email address or phone number"),
        ([EMAIL, 5], "Invalid email address or phone number"),
        ({}, "Invalid email address or phone number"),
        ([f"{n}@example.com" for n in range(51)], "The max number of ids per request was exceeded"),
    ],
)
def test_addresses_that_cannot_be_read_are_refused(
    world: World, path: str, email: Any, message: str
) -> None:
    """Facts: email-endpoints-bad-input, email-endpoints-take-one-or-fifty"""
    answer = world.post(path, {"email": email, "subscription_state": "subscribed"})

    assert (answer.status_code, answer.json()) == (400, {"message": message})


@pytest.mark.parametrize("path", CHANGES)
def test_one_address_or_fifty_are_taken(world: World, path: str) -> None:
    """Facts: email-endpoints-take-one-or-fifty, email-endpoints-bad-input"""
    for email in (EMAIL, [f"{n}@example.com" for n in range(50)]):
        answer = world.post(path, {"email": email, "subscription_state": "subscribed"})
        assert (answer.status_code, answer.text) == (201, SUCCESS)


@pytest.mark.parametrize("path", CHANGES)
def test_a_misspelt_member_is_told(world: World, path: str) -> None:
    world.post(path, {"emails": EMAIL})

    assert world.hazards() == ["unknown_member_ignored"]


@pytest.mark.parametrize("path", ["/email/hard_bounces", "/email/unsubscribes"])
def test_an_empty_list_is_written_as_it_was_recorded(world: World, path: str) -> None:
    """Facts: hard-bounces-empty-body"""
    answer = world.get(f"{path}?{RANGE}")

    assert (answer.status_code, answer.text) == (200, NOBODY)
    assert answer.headers["X-Ratelimit-Limit"] == "250000"


def test_an_unsubscription_is_listed_with_its_moment(world: World) -> None:
    """Facts: unsubscribes-body"""
    world.tracked({"external_id": "a", "email": EMAIL})
    world.track({"external_id": "a", "email_subscribe": "unsubscribed"})
    advance(world.workspace, 5)

    recorded = world.get(f"/email/unsubscribes?{RANGE}")
    world.control("PATCH", "/dials", {"list_date_form": "iso_8601"})
    documented = world.get(f"/email/unsubscribes?{RANGE}").json()["emails"]

    assert recorded.text == (
        f'{{"emails":[{{"email":"{EMAIL}","unsubscribed_at":"2026-01-05 09:03:22 +0000"}}],'
        '"message":"success"}'
    )
    assert documented == [{"email": EMAIL, "unsubscribed_at": "2026-01-05T09:03:22.000Z"}]


def test_unsubscribes_come_newest_first_unless_asked_otherwise(world: World) -> None:
    """Facts: email-list-order"""
    for n in range(3):
        set_global(world, f"{n}@example.com")
        advance(world.workspace, 60)

    newest_first = ["2@example.com", "1@example.com", "0@example.com"]
    assert unsubscribed(world) == unsubscribed(world, f"{RANGE}&sort_direction=desc")
    assert unsubscribed(world) == newest_first
    assert unsubscribed(world, f"{RANGE}&sort_direction=asc") == newest_first[::-1]


def test_the_moment_is_the_first_unsubscription_and_a_new_one_after_a_return(world: World) -> None:
    set_global(world)
    advance(world.workspace, DAY)
    set_global(world)
    first = world.get(f"/email/unsubscribes?{RANGE}").json()["emails"][0]["unsubscribed_at"]
    set_global(world, value="subscribed")
    set_global(world)
    second = world.get(f"/email/unsubscribes?{RANGE}").json()["emails"][0]["unsubscribed_at"]

    assert (first, second) == ("2026-01-05 09:00:00 +0000", "2026-01-06 09:00:00 +0000")


@pytest.mark.parametrize(("dial", "listed"), [("left_out", []), ("listed", [EMAIL])])
def test_whether_an_address_that_came_back_is_listed_is_a_dial(
    dial: str, listed: list[str]
) -> None:
    """Facts: resubscribed-addresses-leave-the-list"""
    world = World(resubscribed_addresses=dial)
    set_global(world)

    set_global(world, value="opted_in")

    assert unsubscribed(world) == listed


def test_a_range_goes_from_midnight_to_midnight_in_utc(world: World) -> None:
    """Facts: email-list-query"""
    set_global(world)  # on 5 January at 9:00

    assert unsubscribed(world, "start_date=2026-01-05&end_date=2026-01-06") == [EMAIL]
    assert unsubscribed(world, "start_date=2026-01-05&end_date=2026-01-05") == []
    assert unsubscribed(world, "start_date=2026-01-06&end_date=2026-01-07") == []


@pytest.mark.parametrize("ask", [unsubscribed, bounced])
def test_an_address_is_looked_up_whatever_the_range(world: World, ask: Any) -> None:
    """Facts: email-list-query"""
    world.post("/email/blocklist", {"email": [EMAIL, OTHER_EMAIL]})
    past = "start_date=2020-01-01&end_date=2020-02-01"

    assert ask(world, "email=Anna%40Example.com") == [EMAIL]
    assert ask(world, f"email={EMAIL}&{past}") == [EMAIL]
    assert ask(world, "email=nobody@example.com") == []


@pytest.mark.parametrize("ask", [unsubscribed, bounced])
@pytest.mark.parametrize(("dial", "told"), [("empty", []), ("paged", [EMAIL])])
def test_a_paged_look_up_of_an_address_may_be_empty(ask: Any, dial: str, told: list[str]) -> None:
    """Facts: paged-email-look-up"""
    world = World(paged_email_look_up=dial)
    world.post("/email/blocklist", {"email": EMAIL})

    assert ask(world, f"email={EMAIL}&limit=10") == told
    assert ask(world, f"email={EMAIL}&offset=0") == told
    assert ask(world, f"email={EMAIL}&offset=1") == []


@pytest.mark.parametrize("ask", [unsubscribed, bounced])
def test_a_list_pages_by_a_hundred_and_ends_with_an_empty_page(world: World, ask: Any) -> None:
    """Facts: email-list-query"""
    for first in range(0, 150, 50):
        emails = [f"{n}@example.com" for n in range(first, first + 50)]
        world.post("/email/blocklist", {"email": emails})

    pages = [ask(world, f"{RANGE}&offset={offset}") for offset in (0, 100, 200)]

    assert [len(page) for page in pages] == [100, 50, 0]
    assert len(set(pages[0] + pages[1])) == 150
    assert len(ask(world, f"{RANGE}&limit=500")) == 150
    assert len(ask(world, f"{RANGE}&limit=7&offset=148")) == 2


@pytest.mark.parametrize("path", ["/email/hard_bounces", "/email/unsubscribes"])
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "start_date and end_date are required"),
        ("start_date=2026-01-01", "start_date and end_date are required"),
        ("end_date=2026-01-01", "start_date and end_date are required"),
        (f"{RANGE}&limit=501", "Limit is invalid"),
        (f"{RANGE}&limit=0", "Limit is invalid"),
        (f"{RANGE}&offset=-1", "Offset is invalid"),
        (
            "start_date=2026-01-02&end_date=2026-01-01",
            "start_date and end_date must be dates (YYYY-MM-DD), the earlier one first",
        ),
        (
            "start_date=2026-02-30&end_date=2026-03-01",
            "start_date and end_date must be dates (YYYY-MM-DD), the earlier one first",
        ),
        (
            "start_date=2026-01-01T00:00:00Z&end_date=2026-03-01",
            "start_date and end_date must be dates (YYYY-MM-DD), the earlier one first",
        ),
        (
            "start_date=0000-01-01&end_date=2026-03-01",
            "start_date and end_date must be dates (YYYY-MM-DD), the earlier one first",
        ),
    ],
)
def test_a_list_that_is_badly_asked_for_is_refused(
    world: World, path: str, query: str, message: str
) -> None:
    """Facts: bad-list-query"""
    answer = world.get(f"{path}?{query}")

    assert (answer.status_code, answer.json()) == (400, {"message": message})


def test_a_list_has_two_directions(world: World) -> None:
    answer = world.get(f"/email/unsubscribes?{RANGE}&sort_direction=up")

    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "sort_direction must be 'asc' or 'desc'"},
    )


def test_a_bounce_is_listed_and_leaves_the_state(world: World) -> None:
    """Facts: hard-bounce-leaves-the-state, hard-bounces-body"""
    world.tracked({"external_id": "a", "email": EMAIL})

    told = world.control("POST", "/email/bounces", {"email": "Anna@Example.com"})

    assert (told.status_code, told.json()) == (201, {"email": EMAIL})
    assert world.get(f"/email/hard_bounces?{RANGE}").json()["emails"] == [
        {"email": EMAIL, "hard_bounced_at": "2026-01-05 09:03:20 +0000"}
    ]
    assert world.user("a")["email_subscribe"] == "subscribed"
    assert unsubscribed(world) == []


def test_a_bounce_can_be_removed(world: World) -> None:
    """Facts: bounce-remove-body"""
    for email in (EMAIL, OTHER_EMAIL):
        world.control("POST", "/email/bounces", {"email": email})

    answer = world.post("/email/bounce/remove", {"email": [EMAIL, "nobody@example.com"]})

    assert (answer.status_code, answer.text) == (201, SUCCESS)
    assert bounced(world) == [OTHER_EMAIL]


def test_a_spam_report_marks_the_profiles_and_can_be_removed(world: World) -> None:
    """Facts: spam-report-marks, spam-remove-body"""
    world.tracked(
        *({"external_id": name, "email": EMAIL} for name in ("a", "b")),
        {"external_id": "c", "email": OTHER_EMAIL},
    )

    def marks() -> list[bool]:
        told = world.control("GET", "/profiles").json()["profiles"]
        return ["marked_email_as_spam_at" in each["fields"] for each in told]

    told = world.control("POST", "/email/spam_reports", {"email": EMAIL})
    marked = marks()
    (found,) = world.control("GET", "/profiles?external_id=a").json()["profiles"]
    answer = world.post("/email/spam/remove", {"email": EMAIL})

    assert (told.status_code, told.json()) == (201, {"email": EMAIL})
    assert found["fields"] == {"marked_email_as_spam_at": "2026-01-05T09:03:20.000Z"}
    assert (marked, marks()) == ([True, True, False], [False] * 3)
    assert (answer.status_code, answer.text) == (201, SUCCESS)
    assert world.user("a")["email_subscribe"] == "subscribed"
    assert world.workspace.state.email_lists.spam_reports == {}


@pytest.mark.parametrize("path", ["/email/blocklist", "/email/blacklist"])
def test_a_blocked_address_is_unsubscribed_and_counts_as_bounced(world: World, path: str) -> None:
    """Facts: blocklist-unsubscribes-and-bounces, blocklist-success-body"""
    world.tracked({"external_id": "a", "email": EMAIL})

    answer = world.post(path, {"email": [EMAIL, OTHER_EMAIL]})

    assert (answer.status_code, answer.text) == (201, SUCCESS)
    assert world.user("a")["email_subscribe"] == "unsubscribed"
    assert sorted(unsubscribed(world)) == sorted(bounced(world)) == [EMAIL, OTHER_EMAIL]


@pytest.mark.parametrize(
    ("link", "value"), [("opt_in", "opted_in"), ("unsubscribe", "unsubscribed")]
)
def test_a_link_in_a_message_sets_the_state_of_its_reader(
    world: World, link: str, value: str
) -> None:
    """Facts: opt-in-link-sets-opted-in"""
    world.tracked({"external_id": "a", "email": EMAIL})

    told = world.control("POST", "/email/clicks", {"email": EMAIL, "link": link})

    assert (told.status_code, told.json()) == (201, {"email": EMAIL, "link": link})
    assert world.user("a")["email_subscribe"] == value


@pytest.mark.parametrize(
    ("path", "body", "problems"),
    [
        ("bounces", {}, ["'email' is missing"]),
        ("bounces", {"email": "x"}, ["'email' must be an email address, not 'x'"]),
        ("spam_reports", {"email": 5}, ["'email' must be text, not 5"]),
        (
            "clicks",
            {"email": EMAIL, "link": "here"},
            ["'link' must be one of unsubscribe, opt_in, not 'here'"],
        ),
    ],
)
def test_what_cannot_happen_to_mail_is_refused(
    world: World, path: str, body: dict[str, Any], problems: list[str]
) -> None:
    answer = world.control("POST", f"/email/{path}", body)

    assert (answer.status_code, answer.json()) == (400, {"problems": problems})
