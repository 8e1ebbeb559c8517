"""The settings of a subscription group as they are sent, told and refused."""

from typing import Any

import pytest
from worlds import World

STOPS = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"]
STARTS = ["START", "YES", "UNSTOP"]


def create(world: World, **members: Any) -> Any:
    return world.control(
        "POST", "/subscription_groups", {"name": "Offers", "channel": "sms", **members}
    )


def problems(world: World, **members: Any) -> list[str]:
    answer = create(world, **members)
    assert answer.status_code == 400
    assert len(world.workspace.state.subscriptions.groups) == 2
    return list(answer.json()["problems"])


def keywords(*words: str, reply: str = "Hello.") -> dict[str, Any]:
    return {"keywords": list(words), "reply": reply}


def test_a_plain_group_is_single_opt_in_with_the_presets(world: World) -> None:
    """Facts: double-opt-in-settings, sms-default-keywords"""
    told = create(world).json()

    replies = {name: each["reply"] for name, each in told["keywords"].items() if name != "custom"}
    assert all(replies.values())
    assert told == {
        "id": told["id"],
        "name": "Offers",
        "channel": "sms",
        "archived": False,
        "keywords": {
            "opt_in": keywords(*STARTS, reply=replies["opt_in"]),
            "opt_out": keywords(*STOPS, reply=replies["opt_out"]),
            "help": keywords("HELP", "INFO", reply=replies["help"]),
            "custom": {},
        },
        "unknown_numbers": False,
    }


def test_everything_that_can_be_set_is_told_and_can_be_sent_back(world: World) -> None:
    """Facts: sms-languages, sms-universal-keywords"""
    spanish = {
        "double_opt_in": {
            "opt_in_keywords": ["ALTA"],
            "prompt": "¿Seguro?",
            "confirm_keywords": ["SI"],
            "confirmation": "Gracias.",
        },
        "keywords": {
            "opt_in": {"keywords": [], "reply": ""},
            "opt_out": keywords("ALTO", reply="Adiós."),
            "help": keywords("AYUDA", reply="Ayuda."),
            "custom": {"hours": keywords("HORAS", reply="9-17")},
        },
    }
    sent = {
        "double_opt_in": {
            "opt_in_keywords": ["start", "JOIN"],
            "prompt": "Reply Y.",
            "confirm_keywords": ["y", "YES"],
            "confirmation": "Thanks.",
        },
        "keywords": {
            "opt_out": keywords("bye", "STOP", reply="Gone."),
            "custom": {"hours": keywords("HOURS", reply="9-5")},
        },
        "languages": {"es": spanish},
        "unknown_numbers": True,
        "fuzzy_opt_out": {"action": "instruct", "instruction": "Text STOP to stop."},
    }

    told = create(world, **sent).json()

    assert told["double_opt_in"] == {
        "opt_in_keywords": ["START", "JOIN"],
        "prompt": "Reply Y.",
        "confirm_keywords": ["Y", "YES"],
        "confirmation": "Thanks.",
    }
    assert told["keywords"]["opt_out"] == keywords(*STOPS, "BYE", reply="Gone.")
    assert told["keywords"]["custom"] == {"hours": keywords("HOURS", reply="9-5")}
    assert told["languages"] == {"es": spanish}
    assert (told["unknown_numbers"], told["fuzzy_opt_out"]) == (True, sent["fuzzy_opt_out"])
    settings = {name: value for name, value in told.items() if name != "id"}
    again = create(world, **settings).json()
    assert again == {**told, "id": again["id"]}
    listed = world.control("GET", "/subscription_groups").json()["subscription_groups"]
    assert listed[2:] == [told, again]


def test_an_empty_double_opt_in_takes_the_presets(world: World) -> None:
    told = create(world, double_opt_in={}).json()["double_opt_in"]

    assert (told["opt_in_keywords"], told["confirm_keywords"]) == (["START"], ["Y"])
    assert told["prompt"]
    assert told["confirmation"]


@pytest.mark.parametrize(
    ("members", "told"),
    [
        (
            {"double_opt_in": {"opt_in_keywords": ["JOIN"]}},
            ["the double opt-in of en must have START among its 'opt_in_keywords'"],
        ),
        (
            {"double_opt_in": {"confirm_keywords": []}},
            ["the double opt-in of en needs one of 'confirm_keywords' at least"],
        ),
        (
            {"double_opt_in": {"prompt": "", "confirmation": "x" * 301}},
            [
                "the double opt-in of en needs a 'prompt'",
                "the confirmation of en has 301 characters; at most 300",
            ],
        ),
        (
            {"double_opt_in": {"confirm_keywords": ["START"]}},
            ["keyword 'START' is en confirmation and en opt_in; it must be one of them"],
        ),
        (
            {"languages": {"es": {"double_opt_in": {}}}},
            [
                "the double opt-in of es needs one of 'confirm_keywords' at least",
                "the double opt-in of es needs a 'prompt'",
                "the double opt-in of es needs a 'confirmation'",
                "es has a double opt-in and English has none; give both or neither",
            ],
        ),
    ],
)
def test_a_double_opt_in_that_cannot_work_is_refused(
    world: World, members: dict[str, Any], told: list[str]
) -> None:
    """Facts: double-opt-in-settings"""
    assert problems(world, **members) == told


def test_custom_keywords_within_their_limits_are_taken(world: World) -> None:
    """Facts: sms-custom-keywords"""
    words = [f"{'W' * 32}{number}" for number in range(10, 30)]
    custom = {f"c{number}": keywords(f"K{number}") for number in range(25)}

    answer = create(
        world, keywords={"opt_out": keywords(*words, reply="x" * 300), "custom": custom}
    )

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("members", "told"),
    [
        (
            {"help": keywords(*(f"K{number}" for number in range(21)))},
            "en help has 21 keywords of its own; at most 20",
        ),
        (
            {"help": keywords("K" * 35)},
            f"en help: keyword '{'K' * 35}' must be 1 to 34 characters without a space",
        ),
        (
            {"help": keywords(" ")},
            "en help: keyword '' must be 1 to 34 characters without a space",
        ),
        (
            {"help": keywords("what now")},
            "en help: keyword 'WHAT NOW' must be 1 to 34 characters without a space",
        ),
        (
            {"help": keywords("HELP", reply="x" * 301)},
            "the reply of en help has 301 characters; at most 300",
        ),
        (
            {"help": keywords("BYE"), "opt_out": keywords("bye")},
            "keyword 'BYE' is en help and en opt_out; it must be one of them",
        ),
        (
            {"custom": {f"c{number}": keywords(f"K{number}") for number in range(26)}},
            "there are 26 custom categories; at most 25",
        ),
        (
            {"custom": {"c": {"keywords": ["K"]}}},
            "en c has keywords and no 'reply'; only English has presets",
        ),
        ({"custom": {" ": {}}}, "a custom category of en has no name"),
    ],
)
def test_custom_keywords_beyond_their_limits_are_refused(
    world: World, members: dict[str, Any], told: str
) -> None:
    """Facts: sms-custom-keywords"""
    assert problems(world, keywords=members) == [told]


@pytest.mark.parametrize(
    ("word", "meaning"),
    [*((word, "opt_in") for word in STARTS), *((word, "opt_out") for word in STOPS)],
)
def test_a_universal_keyword_keeps_its_meaning(world: World, word: str, meaning: str) -> None:
    """Facts: sms-universal-keywords"""
    custom = {"custom": {"c": keywords(word)}}

    assert problems(world, keywords=custom) == [
        f"keyword '{word}' is en c and en {meaning}; it must be one of them"
    ]


def test_a_word_means_one_thing_in_all_languages_of_a_group(world: World) -> None:
    """Facts: sms-custom-keywords"""
    spanish = {"keywords": {"help": keywords("STOP", "BYE")}}

    assert problems(
        world, keywords={"opt_out": keywords("BYE")}, languages={"es": spanish}
    ) == [
        "keyword 'STOP' is es help and en opt_out; it must be one of them",
        "keyword 'BYE' is es help and en opt_out; it must be one of them",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fuzzy", "told"),
    [
        (
            {"action": "guess"},
            ["'fuzzy_opt_out.action' must be one of off, unsubscribe, instruct, not 'guess'"],
        ),
        ({"action": "instruct"}, ["the fuzzy opt-out that instructs needs an 'instruction'"]),
        (
            {"action": "instruct", "instruction": "x" * 301},
            ["the instruction of the fuzzy opt-out has 301 characters; at most 300"],
        ),
    ],
)
def test_a_fuzzy_opt_out_needs_an_action_and_to_instruct_a_text(
    world: World, fuzzy: dict[str, str], told: list[str]
) -> None:
    """Facts: sms-fuzzy-opt-out"""
    assert problems(world, fuzzy_opt_out=fuzzy) == told


def test_every_problem_of_a_body_is_told_at_once_whatever_its_depth(world: World) -> None:
    assert problems(
        world,
        channel=None,
        id="x",
        unknown_numbers="yes",
        colour="red",
        double_opt_in={"prompt": 5, "x": 1, "opt_in_keywords": ["JOIN"]},
        keywords={"opt_in": [], "custom": {"help": {}, "a": {"keywords": "A"}}},
        languages={"en": {}, "español": None, "es": {"keywords": {"custom": 1}}},
        fuzzy_opt_out={"action": []},
    ) == [
        "there is no member 'colour'; there are id, name, channel, archived, double_opt_in, "
        "keywords, languages, unknown_numbers, fuzzy_opt_out",
        "'channel' is missing",
        "'unknown_numbers' must be true or false, not 'yes'",
        "'id' must be a UUID, not 'x'",
        "'keywords.opt_in' must be an object, not []",
        "'keywords.custom.a.keywords' must be an array of texts, not 'A'",
        "there is no member 'double_opt_in.x'; there are opt_in_keywords, prompt, "
        "confirm_keywords, confirmation",
        "'double_opt_in.prompt' must be text, not 5",
        "'languages.en' is the group's own 'keywords' and 'double_opt_in'",
        "'languages.español' must be an object, not null",
        "'languages.es.keywords.custom' must be an object, not 1",
        "'fuzzy_opt_out.action' must be one of off, unsubscribe, instruct, not []",
        "'help' is a category of every group; name the custom one otherwise",
        "the double opt-in of en must have START among its 'opt_in_keywords'",
        "'español' is no code of a language, such as es or pt-BR",
    ]


@pytest.mark.parametrize("channel", ["email", "whatsapp"])
def test_a_group_of_another_channel_takes_no_sms_settings(world: World, channel: str) -> None:
    assert problems(world, channel=channel, double_opt_in={}, unknown_numbers=True) == [
        "'double_opt_in' is for the channel sms",
        "'unknown_numbers' is for the channel sms",
    ]
