from datetime import UTC, datetime
from typing import Any

import pytest
from worlds import a_workspace, hazards_seen, profile, tracked

from mock_braze.domain.hazards import Hazard
from mock_braze.domain.tracking.iso_codes import country_code
from mock_braze.domain.tracking.time_zones import is_time_zone
from mock_braze.domain.workspace import Workspace


def stored(workspace: Workspace, **fields: Any) -> dict[str, Any]:
    tracked(workspace, {"external_id": "q-1", **fields})
    return profile(workspace, "q-1").fields


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("US", "US"),
        ("us", "US"),
        ("Australia", "AU"),
        ("  united kingdom ", "GB"),
        ("USA", "US"),
        ("Deutschland", "DE"),
        ("Atlantis", None),
        ("XX", None),
        ("", None),
    ],
)
def test_a_country_is_mapped_to_its_code_or_to_nothing(sent: str, code: str | None) -> None:
    """Facts: country-is-mapped-or-null"""
    assert country_code(sent) == code


def test_an_unknown_country_takes_the_known_one_away(workspace: Workspace) -> None:
    """Facts: country-is-mapped-or-null"""
    assert stored(workspace, country="Australia") == {"country": "AU"}
    assert stored(workspace, country="Atlantis") == {}


@pytest.mark.parametrize("name", ["America/Detroit", "UTC", "Eastern Time (US & Canada)", "Bern"])
def test_a_time_zone_has_a_name_of_the_iana_or_of_rails(name: str) -> None:
    """Facts: time-zone-names"""
    assert is_time_zone(name)


@pytest.mark.parametrize("name", ["", "Mars/Base", "EST (made up)", "../../etc/passwd", "America"])
def test_any_other_name_is_no_time_zone(name: str) -> None:
    """Facts: time-zone-names"""
    assert not is_time_zone(name)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("first_name", "Anna", 5),
        ("last_name", "B", ["B"]),
        ("home_city", "Detroit", {}),
        ("language", "en", "english"),
        ("language", "de", "xx"),
        ("time_zone", "America/Detroit", "Mars/Base"),
        ("time_zone", "UTC", "../../etc/passwd"),
        ("dob", "2000-02-29", "2001-02-29"),
        ("dob", "2000-01-01", "01/01/2000"),
        ("gender", "F", "female"),
        ("gender", "P", []),
        ("image_url", "h" * 1024, "h" * 1025),
        ("email_open_tracking_disabled", True, "yes"),
        ("email_click_tracking_disabled", False, 0),
    ],
)
def test_a_field_keeps_its_value_when_an_invalid_one_is_sent(
    workspace: Workspace, field: str, good: Any, bad: Any
) -> None:
    """Facts: language-is-iso-639-1, birthday-and-gender, image-url-limit, tracking-flags"""
    assert stored(workspace, **{field: good}) == {field: good}
    assert stored(workspace, **{field: bad}) == {field: good}


@pytest.mark.parametrize(
    "field", ["date_of_first_session", "date_of_last_session", "marked_email_as_spam_at"]
)
def test_the_dates_of_a_profile_are_read_in_every_form(workspace: Workspace, field: str) -> None:
    """Facts: session-and-spam-dates"""
    day = datetime(2026, 1, 5, tzinfo=UTC)

    assert stored(workspace, **{field: "01/05/2026"}) == {field: day}
    assert stored(workspace, **{field: "soon"}) == {field: day}


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        (
            "facebook",
            {"id": "1", "likes": ["tea"], "num_friends": "many", "age": 5},
            {"id": "1", "likes": ["tea"]},
        ),
        (
            "twitter",
            {"id": 7, "screen_name": "anna", "followers_count": 3, "statuses_count": True},
            {"id": 7, "screen_name": "anna", "followers_count": 3},
        ),
    ],
)
def test_an_account_elsewhere_keeps_the_members_that_are_known(
    workspace: Workspace, field: str, sent: Any, kept: Any
) -> None:
    """Facts: facebook-and-twitter"""
    assert stored(workspace, **{field: sent}) == {field: kept}
    assert stored(workspace, **{field: "anna"}) == {field: kept}


def test_a_location_is_stored_and_null_removes_it(workspace: Workspace) -> None:
    """Facts: current-location, null-removes"""
    here = {"longitude": -83.05, "latitude": 42.33}

    assert stored(workspace, current_location={**here, "mood": 1}) == {"current_location": here}
    assert stored(workspace, current_location=None) == {}


def test_reserved_names_are_lower_case_and_any_other_spelling_is_custom(
    workspace: Workspace,
) -> None:
    """Facts: reserved-fields"""
    fields = stored(workspace, first_name="Anna", First_Name="x", alias_name="a", alias_label="b")

    assert fields == {"first_name": "Anna"}
    assert profile(workspace, "q-1").custom_attributes == {"First_Name": "x"}


@pytest.mark.parametrize(
    ("sent", "dropped"),
    [
        (
            {"country": "Nowhere", "time_zone": "Berlin time", "gender": "male", "dob": "01/02/90"},
            ["country", "time_zone", "gender", "dob"],
        ),
        ({"country": "Germany", "time_zone": "Europe/Berlin", "gender": "F"}, []),
        ({"country": None, "first_name": None}, []),
        ({"first_name": 5, "Country": "Nowhere"}, ["first_name"]),
    ],
)
def test_a_value_that_is_not_kept_is_told(sent: dict[str, Any], dropped: list[str]) -> None:
    """Facts: unfit-values-are-dropped"""
    workspace = a_workspace()

    tracked(workspace, {"external_id": "q-1", **sent})

    seen = hazards_seen(workspace)
    assert [each.subject for each in seen if each.hazard is Hazard.value_not_kept] == dropped
