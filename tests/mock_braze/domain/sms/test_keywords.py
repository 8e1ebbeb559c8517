import pytest

from mock_braze.domain.sms.keywords import (
    ENGLISH_PRESETS,
    PRESETS,
    Category,
    DoubleOptIn,
    Keywords,
    Language,
    SmsSettings,
    nearly_opts_out,
)

SPANISH = Language(
    "es",
    opt_out=Keywords(("ALTO",), "Adiós."),
    double_opt_in=DoubleOptIn(("ALTA",), "¿Sí?", ("SI",), "Gracias."),
)


def category(text: str, settings: SmsSettings = PRESETS) -> str | None:
    match = settings.match(text)
    return None if match is None else match.category


@pytest.mark.parametrize(
    ("words", "asks_for"),
    [
        ("START YES UNSTOP", "opt_in"),
        ("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT", "opt_out"),
        ("HELP INFO", "help"),
    ],
)
def test_every_group_knows_the_default_keywords_and_has_replies_to_them(
    words: str, asks_for: str
) -> None:
    """Facts: sms-default-keywords"""
    matches = [PRESETS.match(word) for word in words.split()]

    assert [each and each.category for each in matches] == [asks_for] * len(matches)
    assert all(each and each.reply for each in matches)


@pytest.mark.parametrize("text", ["stop", "Stop", "sToP"])
def test_a_keyword_counts_in_any_case(text: str) -> None:
    """Facts: sms-keyword-exact"""
    assert category(text) == "opt_out"


@pytest.mark.parametrize("text", ["please stop", "STOP PLEASE", "stop.", "STO", "", " ", "S TOP"])
def test_only_a_text_that_is_exactly_one_keyword_counts(text: str) -> None:
    """Facts: sms-keyword-exact"""
    assert category(text) is None


@pytest.mark.parametrize("text", [" stop", "stop ", "\tSTOP\n"])
def test_spaces_around_a_keyword_do_not_matter(text: str) -> None:
    """Facts: sms-spaces-around-a-keyword"""
    assert category(text) == "opt_out"


def test_the_language_of_the_keyword_is_that_of_the_reply() -> None:
    """Facts: sms-languages"""
    settings = SmsSettings((ENGLISH_PRESETS, SPANISH))

    match = settings.match("alto")

    assert match is not None
    assert (match.category, match.language.code, match.reply) == ("opt_out", "es", "Adiós.")


def test_languages_other_than_english_have_no_presets() -> None:
    """Facts: sms-languages"""
    assert [keywords for _, keywords in Language("es").categories()] == [Keywords()] * 3


def test_prompt_and_confirmation_keywords_are_found_in_every_language() -> None:
    settings = SmsSettings((ENGLISH_PRESETS, SPANISH))

    match = settings.match("Alta")

    assert match is not None
    assert (match.category, match.language) == (Category.OPT_IN, SPANISH)
    assert settings.is_prompt_keyword(match)
    assert settings.confirming_language("si") is SPANISH
    assert settings.confirming_language("Y") is None


@pytest.mark.parametrize(
    "text",
    [
        "Stpo",
        "Please stopppp",
        "please stop",
        "STIP",
        "dtop",
        "cancek",
        "i quit now",
        "unsubscrube",
    ],
)
def test_a_text_that_nearly_says_an_opt_out_keyword_is_fuzzy(text: str) -> None:
    """Facts: sms-fuzzy-opt-out"""
    assert nearly_opts_out(PRESETS, text)


@pytest.mark.parametrize("text", ["stap", "sotpx", "soap", "go on", "", "Y", "tops", "alto"])
def test_a_text_that_says_something_else_is_not_fuzzy(text: str) -> None:
    """Facts: sms-fuzzy-opt-out"""
    assert not nearly_opts_out(SmsSettings((ENGLISH_PRESETS, SPANISH)), text)
