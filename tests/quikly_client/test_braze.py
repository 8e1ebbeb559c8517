from scripted_braze import ScriptedBraze, a_user

from quikly_client.braze import BrazeClient
from quikly_client.results import SubscriptionState, UserAlias


def test_track_posts_what_it_is_given(braze: BrazeClient, scripted: ScriptedBraze) -> None:
    scripted.answers({"attributes_processed": 1, "events_processed": 1, "message": "success"})

    result = braze.track(
        [{"external_id": "q-1"}], events=[{"external_id": "q-1", "name": "joined"}]
    )

    (call,) = scripted.calls
    assert call.name == "POST /users/track"
    assert call.body == {
        "attributes": [{"external_id": "q-1"}],
        "events": [{"external_id": "q-1", "name": "joined"}],
    }
    assert (result.attributes_processed, result.events_processed, result.errors) == (1, 1, ())


def test_export_asks_for_named_fields_and_returns_every_profile(
    braze: BrazeClient, scripted: ScriptedBraze
) -> None:
    scripted.finds(a_user(external_id="q-1"), a_user("anna@example.com"))

    users = braze.export_by_email("anna@example.com")

    (call,) = scripted.calls
    assert call.name == "POST /users/export/ids"
    assert call.body["email_address"] == "anna@example.com"
    assert "created_at" in call.body["fields_to_export"]
    assert [user.external_id for user in users] == ["q-1", None]


def test_the_state_of_a_number_is_asked_with_its_plus_encoded(
    braze: BrazeClient, scripted: ScriptedBraze
) -> None:
    scripted.has_state("Subscribed")

    state = braze.subscription_state("g-1", "+13135550171")

    (call,) = scripted.calls
    assert call.name == "GET /subscription/status/get"
    assert call.query == "subscription_group_id=g-1&phone=%2B13135550171"
    assert state is SubscriptionState.SUBSCRIBED


def test_a_state_is_set_by_phone(braze: BrazeClient, scripted: ScriptedBraze) -> None:
    scripted.takes_state()

    braze.set_subscription_state("g-1", SubscriptionState.UNSUBSCRIBED, "+13135550171")

    (call,) = scripted.calls
    assert call.name == "POST /subscription/status/set"
    assert call.body == {
        "subscription_group_id": "g-1",
        "subscription_state": "unsubscribed",
        "phone": "+13135550171",
    }


def test_an_alias_is_asked_for_by_name_and_label_and_only_its_carrier_counts(
    braze: BrazeClient, scripted: ScriptedBraze
) -> None:
    alias = UserAlias("anna@example.com", "email")
    scripted.finds(a_user("Anna@example.com"), a_user("anna@example.com", external_id="q-1"))
    scripted.finds()

    carrier, nobody = braze.export_by_alias(alias), braze.export_by_alias(alias)

    call = scripted.calls[0]
    assert call.name == "POST /users/export/ids"
    assert call.body == {
        "user_aliases": [{"alias_name": "anna@example.com", "alias_label": "email"}],
        "fields_to_export": [
            "external_id", "braze_id", "user_aliases", "email", "phone", "created_at"
        ],
    }  # fmt: skip
    assert carrier is not None
    assert carrier.external_id == "q-1"
    assert nobody is None


def test_the_client_has_methods_for_the_four_endpoints_alone() -> None:
    methods = [name for name in vars(BrazeClient) if not name.startswith("_")]

    assert methods == [
        "track",
        "export_by_email",
        "export_by_alias",
        "subscription_state",
        "set_subscription_state",
    ]
