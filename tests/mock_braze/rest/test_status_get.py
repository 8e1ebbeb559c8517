import pytest
from worlds import EMAIL, EMAIL_GROUP, KEY, PHONE, SMS_GROUP, World


@pytest.fixture
def subscribed(world: World) -> World:
    world.tracked({"external_id": "a", "phone": PHONE, "email": EMAIL})
    world.set_status(phone=PHONE)
    world.set_status(EMAIL_GROUP, email=EMAIL, subscription_state="unsubscribed")
    return world


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("external_id=a", {"a": "Subscribed"}),
        ("external_id=a&external_id=b", {"a": "Subscribed", "b": "unknown"}),
        ("external_id[]=a&external_id[]=b", {"a": "Subscribed", "b": "unknown"}),
        ("external_id%5B%5D=a&external_id%5b%5d=b", {"a": "Subscribed", "b": "unknown"}),
        ("external_id%5B0%5D=b&external_id%5B1%5D=a", {"b": "unknown", "a": "Subscribed"}),
        ("external_id=a&external_id=a", {"a": "Subscribed"}),
        ("external_id=a&phone=%2B13135550172&email=x", {"a": "Subscribed"}),
        ("external_id=&phone=%2B13135550171", {PHONE: "Subscribed"}),
        ("phone=%2B13135550171", {PHONE: "Subscribed"}),
        ("phone=+13135550171", {PHONE: "Subscribed"}),
        (
            "phone[]=+13135550171&phone[]=%2B13135550172",
            {PHONE: "Subscribed", "+13135550172": "unknown"},
        ),
        ("phone=3135550171", {"3135550171": "Subscribed"}),
        ("phone=junk", {"junk": "unknown"}),
    ],
)
def test_there_is_one_entry_for_each_identifier_as_it_was_asked(
    subscribed: World, query: str, status: dict[str, str]
) -> None:
    """Facts: status-get-array-form, status-get-body, status-key-of-phone-queries"""
    answer = subscribed.status(query)

    assert answer.status_code == 200
    assert answer.json() == {"status": status, "message": "success"}


def test_an_email_group_is_asked_by_email_in_any_case(subscribed: World) -> None:
    answer = subscribed.status("email=Anna%40Example.com", EMAIL_GROUP)

    assert answer.json()["status"] == {"Anna@Example.com": "Unsubscribed"}


def test_the_key_is_the_stored_form_if_the_dial_says_so(subscribed: World) -> None:
    subscribed.control("PATCH", "/dials", {"status_key": "stored"})

    by_phone = subscribed.status("phone=3135550171").json()["status"]
    by_email = subscribed.status("email[]=Anna%40Example.com", EMAIL_GROUP).json()["status"]

    assert (by_phone, by_email) == ({PHONE: "Subscribed"}, {EMAIL: "Unsubscribed"})


def test_the_group_state_is_told_whatever_the_global_one(subscribed: World) -> None:
    """Facts: group-state-leaves-global-state"""
    subscribed.set_status(EMAIL_GROUP, email=EMAIL)
    subscribed.tracked({"external_id": "a", "email_subscribe": "unsubscribed"})

    assert subscribed.status("external_id=a", EMAIL_GROUP).json()["status"] == {"a": "Subscribed"}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "external_id=",
        "phone=&email=",
        "user_alias=a",
        f"email={EMAIL}&phone=%2B13135550171",
        f"email={EMAIL}",
        "&".join(f"external_id[]={n}" for n in range(51)),
        "&".join(f"phone[]={n}" for n in range(51)),
    ],
)
def test_a_query_that_names_nobody_or_too_much_is_refused(world: World, query: str) -> None:
    assert world.status(query).status_code == 400


def test_fifty_identifiers_are_the_most(world: World) -> None:
    answer = world.status("&".join(f"external_id[]={n}" for n in range(50)))

    assert len(answer.json()["status"]) == 50


@pytest.mark.parametrize(
    ("query", "group"), [(f"email={EMAIL}", SMS_GROUP), ("phone=%2B13135550171", EMAIL_GROUP)]
)
def test_an_address_of_the_wrong_kind_is_refused_or_unknown_as_the_dial_says(
    subscribed: World, query: str, group: str
) -> None:
    refused = subscribed.status(query, group)
    subscribed.control("PATCH", "/dials", {"wrong_channel": "unknown"})
    unknown = subscribed.status(query, group)

    assert refused.status_code == 400
    assert list(unknown.json()["status"].values()) == ["unknown"]


@pytest.mark.parametrize("query", ["", "external_id=a", "subscription_group_id=&external_id=a"])
def test_a_query_without_a_group_is_refused(world: World, query: str) -> None:
    answer = world.get(f"/subscription/status/get?{query}")

    assert (answer.status_code, answer.text) == (
        400,
        '{"message":"Invalid subscription group ID"}',
    )


@pytest.mark.parametrize(("dial", "state"), [("plus", "Subscribed"), ("space", "unknown")])
def test_a_plus_that_is_not_encoded_is_read_as_the_dial_says(dial: str, state: str) -> None:
    """Facts: plus-in-phone-query"""
    world = World(bare_plus=dial)
    world.tracked({"external_id": "a", "phone": "+447911123456"})
    world.set_status(phone="+447911123456")

    answer = world.status("phone=+447911123456")

    assert list(answer.json()["status"].values()) == [state]


def test_the_query_may_be_built_by_requests(subscribed: World) -> None:
    """Facts: plus-in-phone-query"""
    answer = subscribed.session.get(
        "http://braze.lab/subscription/status/get",
        params={"subscription_group_id": SMS_GROUP, "phone": [PHONE]},
        headers={"Authorization": f"Bearer {KEY}"},
    )

    assert answer.json()["status"] == {PHONE: "Subscribed"}
