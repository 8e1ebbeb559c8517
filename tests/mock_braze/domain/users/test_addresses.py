import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_braze.domain.users.addresses import (
    is_valid_email,
    is_valid_phone,
    stored_email,
    stored_phone,
)


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.com",
        "anna+quikly@example.com",
        "a@example.com",
        "o'neil&co#1/2%*=?`|~!^$-_@example.com",
        "two..dots@example.com",  # Braze: the published pattern allows it
        "käthe@example.com",
        "名前@example.com",
        "a@xn--bcher-kva.example.com",
        "a@exa-mple.co.uk",
        "a@example.museum",
        "a@example.com.ck",
        "a@example.XN--P1AI",
        "ab@gmail.com",
        "first.last+tag@hotmail.com",
        "a" * 64 + "@example.com",
        "a@" + "d" * 63 + ".com",
    ],
)
def test_an_email_of_valid_syntax_is_accepted(text: str) -> None:
    """Facts: email-syntax, email-local-part, email-domain"""
    assert is_valid_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "@example.com",
        "anna@",
        "anna@@example.com",
        "an na@example.com",
        " anna@example.com",
        "anna@example.com\n",
        "anna@exam\u00a0ple.com",
        '"anna"@example.com',
        ".anna@example.com",
        "anna.@example.com",
        "a" * 65 + "@example.com",
        "a@example",
        "a@-example.com",
        "a@example-.com",
        "a@" + "d" * 64 + ".com",
        "a@bücher.com",
        "a@example１.com",
        "a@exampleſ.com",  # a long s is an s to patterns that ignore case
        "a@192.168.0.1",
        "a@example.123",
        "a@example.test",
        "a@mail.local",
        "a@example.quikly",
        "a@shop.example",
        "a@exa_mple.com",
        "a@gmail.com",
        "an#na@hotmail.com",
        "ann..a@outlook.com",
        "käthe@live.com",
        "-anna@msn.com",
        None,
        5,
        ["anna@example.com"],
    ],
)
def test_an_email_of_another_syntax_is_refused(text: object) -> None:
    """Facts: email-local-part, email-domain, gmail-local-part, microsoft-local-part,
    email-whitespace-is-refused
    """
    assert not is_valid_email(text)


def test_emails_are_stored_in_lower_case() -> None:
    """Facts: email-stored-lower-case"""
    assert stored_email("Anna.B@Example.COM") == "anna.b@example.com"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+1 (724) 123-4567", "+17241234567"),
        ("4155552671", "+14155552671"),
        ("(415) 555-2671", "+14155552671"),
        ("1 415 555 2671", "+14155552671"),
        ("11112223333", "+11112223333"),
        ("+49 30 901820", "+4930901820"),
        (" +13135551212", "+13135551212"),
        ("+13135551212", "+13135551212"),
        ("123", "123"),
        ("4930901820123", "4930901820123"),
        ("call me", "call me"),
        ("+", "+"),
        ("", ""),
        ("٣١٣٥٥٥٠١٧١", "٣١٣٥٥٥٠١٧١"),
    ],
)
def test_a_phone_is_stored_as_plus_and_digits_if_it_can_be_completed(
    typed: str, stored: str
) -> None:
    """Facts: phone-normalisation, ten-digits-are-american"""
    assert stored_phone(typed) == stored


@given(st.text())
def test_a_stored_phone_is_stored_as_it_is(typed: str) -> None:
    assert stored_phone(stored_phone(typed)) == stored_phone(typed)


@given(st.text())
def test_a_stored_email_is_stored_as_it_is(typed: str) -> None:
    assert stored_email(stored_email(typed)) == stored_email(typed)


@pytest.mark.parametrize("stored", ["+13135551212", "+14155552671", "+4930901820"])
def test_a_number_that_libphonenumber_knows_is_valid(stored: str) -> None:
    """Facts: libphonenumber-decides"""
    assert is_valid_phone(stored)


@pytest.mark.parametrize("stored", ["", "+", "+1", "+1234", "3135551212", "+999123456789", "abc"])
def test_any_other_number_is_not(stored: str) -> None:
    """Facts: libphonenumber-decides"""
    assert not is_valid_phone(stored)
