"""SMS keywords of a subscription group: which word asks for what, and the texts that answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

ENGLISH = "en"
MOST_KEYWORDS = 20  # of a category, the universal ones not counted
LONGEST_KEYWORD = 34
LONGEST_REPLY = 300
MOST_CUSTOM_CATEGORIES = 25


class Category(StrEnum):
    """What a word asks for. Categories of a group's own go by their names."""

    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    HELP = "help"
    OTHER = "other"


class FuzzyOptOut(StrEnum):
    """What is done about a text that nearly says an opt-out keyword."""

    OFF = "off"
    UNSUBSCRIBE = "unsubscribe"
    INSTRUCT = "instruct"


# Inferred: only for the opt-in ones is it said that they cannot be changed (sms-universal-keywords)
UNIVERSAL: Mapping[Category, tuple[str, ...]] = {
    Category.OPT_IN: ("START", "YES", "UNSTOP"),
    Category.OPT_OUT: ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"),
    Category.HELP: ("HELP", "INFO"),
}


@dataclass(frozen=True, slots=True)
class Keywords:
    """The words of one category in one language, as `normal` makes them, and the reply."""

    words: tuple[str, ...] = ()
    reply: str = ""


@dataclass(frozen=True, slots=True)
class DoubleOptIn:
    """The texts of a double opt-in in one language, and the words that belong to them."""

    opt_in_keywords: tuple[str, ...]
    prompt: str
    confirm_keywords: tuple[str, ...]
    confirmation: str


@dataclass(frozen=True, slots=True)
class Language:
    """All keywords and texts of a group in one language; `custom` are categories by name."""

    code: str
    opt_in: Keywords = Keywords()
    opt_out: Keywords = Keywords()
    help: Keywords = Keywords()
    custom: tuple[tuple[str, Keywords], ...] = ()
    double_opt_in: DoubleOptIn | None = None

    def categories(self) -> Iterator[tuple[str, Keywords]]:
        yield Category.OPT_IN, self.opt_in
        yield Category.OPT_OUT, self.opt_out
        yield Category.HELP, self.help
        yield from self.custom


# Inferred: the wordings of the presets are ours (sms-preset-replies)
ENGLISH_PRESETS = Language(
    ENGLISH,
    Keywords(UNIVERSAL[Category.OPT_IN], "You are subscribed. Reply HELP for help, STOP to stop."),
    Keywords(UNIVERSAL[Category.OPT_OUT], "You are unsubscribed. Reply START to subscribe again."),
    Keywords(UNIVERSAL[Category.HELP], "Reply STOP to unsubscribe."),
)
PRESET_DOUBLE_OPT_IN = DoubleOptIn(
    ("START",),
    "Reply Y to confirm that you want messages from this number.",
    ("Y",),
    "You are subscribed. Reply HELP for help, STOP to stop.",
)


@dataclass(frozen=True, slots=True)
class Match:
    """A keyword that a text was, and whose it is."""

    category: str
    language: Language
    word: str

    @property
    def reply(self) -> str:
        return dict(self.language.categories())[self.category].reply


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """The SMS settings of a group; English comes first and is always there.

    `unknown_numbers`: opt-in and opt-out words of numbers on no profile make one.
    """

    languages: tuple[Language, ...] = (ENGLISH_PRESETS,)
    unknown_numbers: bool = False
    fuzzy_opt_out: FuzzyOptOut = FuzzyOptOut.OFF
    fuzzy_instruction: str = ""

    @property
    def english(self) -> Language:
        return self.languages[0]

    @property
    def is_double_opt_in(self) -> bool:
        return self.english.double_opt_in is not None

    def double_opt_in(self, language: Language) -> DoubleOptIn:
        """The double opt-in in a language, or the English one where it has none."""
        return language.double_opt_in or self.english.double_opt_in or PRESET_DOUBLE_OPT_IN

    def match(self, text: str) -> Match | None:
        """The keyword that the whole of `text` is; confirmations are another question.

        Facts: sms-keyword-exact, sms-languages
        """
        word = normal(text)
        for language in self.languages:
            if language.double_opt_in and word in language.double_opt_in.opt_in_keywords:
                return Match(Category.OPT_IN, language, word)
            for name, keywords in language.categories():
                if word in keywords.words:
                    return Match(name, language, word)
        return None

    def is_prompt_keyword(self, match: Match) -> bool:
        """Whether the group lists this word as one that asks for the opt-in prompt."""
        listed = match.language.double_opt_in
        return listed is not None and match.word in listed.opt_in_keywords

    def confirming_language(self, text: str) -> Language | None:
        """The language in which `text` confirms a double opt-in, if it does."""
        word = normal(text)
        for language in self.languages:
            if language.double_opt_in and word in language.double_opt_in.confirm_keywords:
                return language
        return None


PRESETS = SmsSettings()


def normal(text: str) -> str:
    """The form in which words are compared.

    Facts: sms-keyword-exact, sms-spaces-around-a-keyword
    """
    return text.strip().upper()


def with_universal(language: Language) -> Language:
    """English with the universal keywords in front of its own ones.

    Facts: sms-universal-keywords
    """
    return replace(
        language,
        opt_in=_with(UNIVERSAL[Category.OPT_IN], language.opt_in),
        opt_out=_with(UNIVERSAL[Category.OPT_OUT], language.opt_out),
        help=_with(UNIVERSAL[Category.HELP], language.help),
    )


def _with(universal: tuple[str, ...], keywords: Keywords) -> Keywords:
    own = tuple(each for each in keywords.words if each not in universal)
    return Keywords(universal + own, keywords.reply)


# Fuzzy opt-out

_ROWS = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
_NEIGHBOURS = {
    key: set(row[max(place - 1, 0) : place + 2]) - {key}
    for row in _ROWS
    for place, key in enumerate(row)
}


def nearly_opts_out(settings: SmsSettings, text: str) -> bool:
    """Whether a text that is no keyword says an opt-out keyword of the English ones amiss.

    It holds one, or one key's neighbour was hit, or two letters are in the wrong order.

    Facts: sms-fuzzy-opt-out
    """
    said = normal(text)
    return any(word in said or _is_mistyped(said, word) for word in settings.english.opt_out.words)


def _is_mistyped(said: str, word: str) -> bool:
    if len(said) != len(word):
        return False
    wrong = [place for place, letter in enumerate(word) if said[place] != letter]
    match wrong:
        case [place]:
            return said[place] in _NEIGHBOURS.get(word[place], ())
        case [first, second] if second == first + 1:
            return said[first] == word[second] and said[second] == word[first]
        case _:
            return False
