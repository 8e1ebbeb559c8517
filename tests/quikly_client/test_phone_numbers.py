import pytest

from quikly_client.phone_numbers import is_same_number, read_phone


@pytest.mark.parametrize(
    "text", ["+13138675309", "(313) 867-5309", "313-867-5309", "1 313 867 5309", "'+13138675309"]
)
def test_a_number_is_read_in_the_forms_that_people_write(text: str) -> None:
    assert read_phone(text) == "+13138675309"


def test_a_national_number_belongs_to_the_region() -> None:
    assert read_phone("030 901820", "DE") == "+4930901820"


@pytest.mark.parametrize(
    "text",
    ["", "abc", "+1", "555-0171", "1.31356E+10", "3138675309 ext 4", "13138675309; 13138675310"],
)
def test_what_is_not_exactly_one_valid_number_is_none(text: str) -> None:
    assert read_phone(text) is None


@pytest.mark.parametrize("theirs", ["+13135550171", "13135550171", "(313) 555-0171"])
def test_numbers_are_the_same_however_braze_writes_them(theirs: str) -> None:
    assert is_same_number("+13135550171", theirs)


@pytest.mark.parametrize("theirs", [None, "", "+13135550172", "abc"])
def test_other_numbers_are_not_the_same(theirs: str | None) -> None:
    assert not is_same_number("+13135550171", theirs)
