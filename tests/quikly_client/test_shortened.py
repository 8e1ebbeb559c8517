from quikly_client import shortened


def test_an_email_keeps_two_letters_and_its_domain() -> None:
    assert shortened.email("anna@example.com") == "an…@example.com"


def test_a_short_name_never_shows_in_full() -> None:
    assert shortened.email("an@example.com") == "a…@example.com"
    assert shortened.email("a@example.com") == "…@example.com"
    assert shortened.email("no address") == "…"


def test_a_phone_keeps_its_ends() -> None:
    assert shortened.phone("+13135550171") == "+1…71"
    assert shortened.phone("+12345") == "…"


def test_a_key_keeps_its_ends_only_when_it_is_long() -> None:
    assert shortened.key("0c2f6b1e-key-of-the-brand") == "0c…nd"
    assert shortened.key("short-key") == "…"


def test_a_text_loses_the_addresses_of_one_person() -> None:
    text = "anna@example.com has no +13135550171"

    assert shortened.addresses(text, "anna@example.com", "+13135550171") == (
        "an…@example.com has no +1…71"
    )
    assert shortened.addresses(text, "anna@example.com", None) == (
        "an…@example.com has no +13135550171"
    )


def test_addresses_anywhere_in_a_text_are_shortened() -> None:
    said = "ana.berg@example.com: set before +13135550101 (ben@example.org) was finished, 117 s"

    assert shortened.text(said) == (
        "an…@example.com: set before +1…01 (be…@example.org) was finished, 117 s"
    )
