"""What the SMS settings of a group must keep to."""

import re
from collections.abc import Iterator, Sequence

from mock_braze.domain.sms.keywords import (
    ENGLISH,
    LONGEST_KEYWORD,
    LONGEST_REPLY,
    MOST_CUSTOM_CATEGORIES,
    MOST_KEYWORDS,
    UNIVERSAL,
    Category,
    DoubleOptIn,
    FuzzyOptOut,
    Keywords,
    Language,
    SmsSettings,
)

_ALL_UNIVERSAL = frozenset(word for words in UNIVERSAL.values() for word in words)


def problems_of(settings: SmsSettings) -> list[str]:
    """Everything that is wrong with the SMS settings of a group.

    Facts: sms-custom-keywords, sms-languages, double-opt-in-settings, sms-fuzzy-opt-out
    """
    problems: list[str] = []
    for language in settings.languages:
        problems += _language_problems(language)
        if language.double_opt_in is not None and not settings.is_double_opt_in:
            problems.append(
                f"{language.code} has a double opt-in and English has none; give both or neither"
            )
    custom = {name for language in settings.languages for name, _ in language.custom}
    if len(custom) > MOST_CUSTOM_CATEGORIES:
        problems.append(
            f"there are {len(custom)} custom categories; at most {MOST_CUSTOM_CATEGORIES}"
        )
    problems += _double_uses(settings)
    if settings.fuzzy_opt_out is FuzzyOptOut.INSTRUCT and not settings.fuzzy_instruction:
        problems.append("the fuzzy opt-out that instructs needs an 'instruction'")
    problems += _reply_problems("the instruction of the fuzzy opt-out", settings.fuzzy_instruction)
    return problems


def _language_problems(language: Language) -> Iterator[str]:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", language.code):
        yield f"{language.code!r} is no code of a language, such as es or pt-BR"
    for name, keywords in language.categories():
        yield from _category_problems(f"{language.code} {name}", keywords)
    for name, _ in language.custom:
        if name in set(Category):
            yield f"{name!r} is a category of every group; name the custom one otherwise"
        if not name.strip():
            yield f"a custom category of {language.code} has no name"
    if language.double_opt_in is not None:
        yield from _double_opt_in_problems(language.code, language.double_opt_in)


def _category_problems(whose: str, keywords: Keywords) -> Iterator[str]:
    own = [word for word in keywords.words if word not in _ALL_UNIVERSAL]
    yield from _word_problems(whose, own)
    yield from _reply_problems(f"the reply of {whose}", keywords.reply)
    if own and not keywords.reply:
        yield f"{whose} has keywords and no 'reply'; only English has presets"


def _word_problems(whose: str, words: Sequence[str]) -> Iterator[str]:
    if len(words) > MOST_KEYWORDS:
        yield f"{whose} has {len(words)} keywords of its own; at most {MOST_KEYWORDS}"
    for word in words:
        if not 1 <= len(word) <= LONGEST_KEYWORD or re.search(r"\s", word):
            yield (
                f"{whose}: keyword {word!r} must be 1 to {LONGEST_KEYWORD} characters "
                "without a space"
            )


def _reply_problems(what: str, reply: str) -> Iterator[str]:
    if len(reply) > LONGEST_REPLY:
        yield f"{what} has {len(reply)} characters; at most {LONGEST_REPLY}"


def _double_opt_in_problems(code: str, texts: DoubleOptIn) -> Iterator[str]:
    whose = f"the double opt-in of {code}"
    own = [word for word in texts.opt_in_keywords if word not in _ALL_UNIVERSAL]
    yield from _word_problems(f"{whose} (opt_in_keywords)", own)
    yield from _word_problems(f"{whose} (confirm_keywords)", texts.confirm_keywords)
    if code == ENGLISH and "START" not in texts.opt_in_keywords:
        yield f"{whose} must have START among its 'opt_in_keywords'"
    if not texts.confirm_keywords:
        yield f"{whose} needs one of 'confirm_keywords' at least"
    for name, text in (("prompt", texts.prompt), ("confirmation", texts.confirmation)):
        yield from _reply_problems(f"the {name} of {code}", text)
        if not text:
            yield f"{whose} needs a {name!r}"


def _double_uses(settings: SmsSettings) -> Iterator[str]:
    """A word with two meanings in one group, in whatever languages.

    Inferred: a confirmation may be YES or UNSTOP, which opt in otherwise
    (double-opt-in-confirmation-outside-pending)
    """
    used: dict[str, str] = {
        word: f"{ENGLISH} {name}" for name, words in UNIVERSAL.items() for word in words
    }
    may_confirm = {"YES", "UNSTOP"}
    for language in settings.languages:
        uses = [
            (f"{language.code} {name}", word)
            for name, keywords in language.categories()
            for word in dict.fromkeys(keywords.words)
        ]
        if language.double_opt_in is not None:
            opt_in = f"{language.code} {Category.OPT_IN}"
            uses += [(opt_in, word) for word in language.double_opt_in.opt_in_keywords]
            uses += [
                (f"{language.code} confirmation", word)
                for word in dict.fromkeys(language.double_opt_in.confirm_keywords)
                if word not in may_confirm or word in language.double_opt_in.opt_in_keywords
            ]
        for use, word in uses:
            if used.setdefault(word, use) != use:
                yield f"keyword {word!r} is {use} and {used[word]}; it must be one of them"
