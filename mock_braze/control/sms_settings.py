"""The SMS settings of a subscription group, between their JSON and the domain."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_braze.domain.plain_values import shown
from mock_braze.domain.sms.keyword_rules import problems_of
from mock_braze.domain.sms.keywords import (
    ENGLISH,
    ENGLISH_PRESETS,
    PRESET_DOUBLE_OPT_IN,
    DoubleOptIn,
    FuzzyOptOut,
    Keywords,
    Language,
    SmsSettings,
    normal,
    with_universal,
)

MEMBERS: Mapping[str, type] = {
    "double_opt_in": dict,
    "keywords": dict,
    "languages": dict,
    "unknown_numbers": bool,
    "fuzzy_opt_out": dict,
}
_CATEGORIES = ("opt_in", "opt_out", "help")
_NO_TEXTS = DoubleOptIn((), "", (), "")


def read_sms_settings(members: Mapping[str, Any]) -> tuple[SmsSettings, list[str]]:
    """The settings in a group's members, each of its type, and everything wrong with them."""
    reader = _Reader()
    languages = [reader.english(members)]
    languages += [
        reader.language(code, f"languages.{code}", value)
        for code, value in members.get("languages", {}).items()
        if reader.is_foreign(code)
    ]
    fuzzy = members.get("fuzzy_opt_out")
    told = {} if fuzzy is None else reader.members("fuzzy_opt_out", fuzzy, "action", "instruction")
    settings = SmsSettings(
        tuple(languages),
        members.get("unknown_numbers", False),
        FuzzyOptOut.OFF if fuzzy is None else reader.fuzzy(told),
        reader.text(told, "fuzzy_opt_out", "instruction", ""),
    )
    return settings, reader.problems + problems_of(settings)


class _Reader:
    """Reads JSON, notes what is wrong, and goes on with what it can."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def is_foreign(self, code: str) -> bool:
        if code == ENGLISH:
            self.problems.append("'languages.en' is the group's own 'keywords' and 'double_opt_in'")
        return code != ENGLISH

    def english(self, members: Mapping[str, Any]) -> Language:
        told = {name: members[name] for name in ("keywords", "double_opt_in") if name in members}
        return with_universal(self._language(ENGLISH_PRESETS, PRESET_DOUBLE_OPT_IN, "", told))

    def language(self, code: str, where: str, value: object) -> Language:
        told = self.members(where, value, "keywords", "double_opt_in")
        return self._language(Language(code), _NO_TEXTS, f"{where}.", told)

    def _language(
        self, presets: Language, texts: DoubleOptIn, prefix: str, told: Mapping[str, Any]
    ) -> Language:
        where = f"{prefix}keywords"
        listed = self.members(where, told.get("keywords", {}), *_CATEGORIES, "custom")
        custom = self.members(f"{where}.custom", listed.get("custom", {}))
        opt_in, opt_out, help_words = (
            self._category(f"{where}.{name}", listed.get(name, {}), preset)
            for name, preset in presets.categories()
        )
        own = tuple(
            (name, self._category(f"{where}.custom.{name}", value, Keywords()))
            for name, value in custom.items()
        )
        read = Language(presets.code, opt_in, opt_out, help_words, own)
        if told.get("double_opt_in") is None:
            return read
        where = f"{prefix}double_opt_in"
        return replace(read, double_opt_in=self._texts(where, told["double_opt_in"], texts))

    def _category(self, where: str, value: object, preset: Keywords) -> Keywords:
        told = self.members(where, value, "keywords", "reply")
        return Keywords(
            self._words(told, where, "keywords", preset.words),
            self.text(told, where, "reply", preset.reply),
        )

    def _texts(self, where: str, value: object, preset: DoubleOptIn) -> DoubleOptIn:
        names = ("opt_in_keywords", "prompt", "confirm_keywords", "confirmation")
        told = self.members(where, value, *names)
        return DoubleOptIn(
            self._words(told, where, "opt_in_keywords", preset.opt_in_keywords),
            self.text(told, where, "prompt", preset.prompt),
            self._words(told, where, "confirm_keywords", preset.confirm_keywords),
            self.text(told, where, "confirmation", preset.confirmation),
        )

    def fuzzy(self, told: Mapping[str, Any]) -> FuzzyOptOut:
        actions = [each.value for each in FuzzyOptOut]
        if told.get("action") in actions:
            return FuzzyOptOut(told["action"])
        self.problems.append(
            f"'fuzzy_opt_out.action' must be one of {', '.join(actions)}, "
            f"not {shown(told.get('action'))}"
        )
        return FuzzyOptOut.OFF

    def members(self, where: str, value: object, *known: str) -> dict[str, Any]:
        """An object without its nulls; `known` are its only members, if any are given."""
        if not isinstance(value, dict):
            self.problems.append(f"{where!r} must be an object, not {shown(value)}")
            return {}
        if known:
            self.problems += [
                f"there is no member '{where}.{name}'; there are {', '.join(known)}"
                for name in value
                if name not in known
            ]
        return {name: each for name, each in value.items() if each is not None}

    def text(self, told: Mapping[str, Any], where: str, name: str, preset: str) -> str:
        value = told.get(name, preset)
        if isinstance(value, str):
            return value
        self.problems.append(f"'{where}.{name}' must be text, not {shown(value)}")
        return preset

    def _words(
        self, told: Mapping[str, Any], where: str, name: str, preset: tuple[str, ...]
    ) -> tuple[str, ...]:
        value = told.get(name)
        if value is None:
            return preset
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(dict.fromkeys(normal(each) for each in value))
        self.problems.append(f"'{where}.{name}' must be an array of texts, not {shown(value)}")
        return preset


def told_sms_settings(settings: SmsSettings) -> dict[str, Any]:
    """The settings as they are sent; what is off is left out."""
    told: dict[str, Any] = {}
    english, *others = settings.languages
    told |= _told_language(english)
    if others:
        told["languages"] = {each.code: _told_language(each) for each in others}
    told["unknown_numbers"] = settings.unknown_numbers
    if settings.fuzzy_opt_out is not FuzzyOptOut.OFF:
        told["fuzzy_opt_out"] = {
            "action": settings.fuzzy_opt_out.value,
            "instruction": settings.fuzzy_instruction,
        }
    return told


def _told_language(language: Language) -> dict[str, Any]:
    told: dict[str, Any] = {}
    texts = language.double_opt_in
    if texts is not None:
        told["double_opt_in"] = {
            "opt_in_keywords": list(texts.opt_in_keywords),
            "prompt": texts.prompt,
            "confirm_keywords": list(texts.confirm_keywords),
            "confirmation": texts.confirmation,
        }
    told["keywords"] = {name: _told_keywords(getattr(language, name)) for name in _CATEGORIES} | {
        "custom": {name: _told_keywords(each) for name, each in language.custom}
    }
    return told


def _told_keywords(keywords: Keywords) -> dict[str, Any]:
    return {"keywords": list(keywords.words), "reply": keywords.reply}
