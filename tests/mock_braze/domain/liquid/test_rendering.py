"""Every tag of Liquid that Braze has, and that nothing anybody writes makes rendering raise."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import DOUBLE_GROUP, EMAIL, PHONE, SMS_GROUP, START, a_workspace, profile, tracked

from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.liquid.rendering import (
    Aborted,
    Failed,
    Rendered,
    Rendering,
    Surroundings,
    Unreadable,
    misprints_of,
    render,
)
from mock_braze.domain.liquid.scope import scope, scope_of
from mock_braze.domain.workspace import Workspace

OCCASION = Occasion(
    event_properties={"store": "Oslo", "items": [{"sku": "s-1"}]},
    api_trigger_properties={"offer": 5},
    context={"step": 2.5},
    campaign={"name": "May", "api_id": "c-1", "dispatch_id": "d-1", "message_name": "Variant 1"},
    inbound_message_body="Y please",
)
ANSWERS = {f"https://example.com/?u={EMAIL}": {"names": ["Ana"]}, "https://example.com": "plain"}


def surroundings(seed: int = 1) -> Surroundings:
    return Surroundings(START, Random(seed).random, ANSWERS)


@pytest.fixture
def workspace() -> Workspace:
    workspace = a_workspace()
    tracked(
        workspace,
        {
            "external_id": "q-1",
            "email": EMAIL,
            "phone": PHONE,
            "first_name": "Anna",
            "last_name": "Berg",
            "home_city": "Oslo",
            "country": "NO",
            "gender": "F",
            "language": "nb",
            "time_zone": "Europe/Oslo",
            "dob": "1990-02-03",
            "email_subscribe": "opted_in",
            "level": 3,
            "it's": "quoted",
            "blank": "  ",
            "off": False,
            "since": "2026-01-02T03:04:05Z",
            "sizes": ["S", "M"],
            "pet": {"name": "Rex", "toys": [{"kind": "ball"}]},
            "subscription_groups": [
                {"subscription_group_id": SMS_GROUP, "subscription_state": "unsubscribed"}
            ],
        },
        {"email": "only@example.com"},
    )
    return workspace


def shown(workspace: Workspace, template: str) -> Rendering:
    seen = scope_of(workspace.state, profile(workspace, "q-1"), OCCASION)
    return render(template, seen, surroundings())


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{${email_address}}}", EMAIL),
        ("{{${phone_number}}}", PHONE),
        ("{{${first_name}}} {{${last_name}}}", "Anna Berg"),
        ("{{${city}}}, {{${country}}}", "Oslo, NO"),
        ("{{${gender}}} {{${language}}} {{${time_zone}}}", "F nb Europe/Oslo"),
        ("{{${date_of_birth}}}", "1990-02-03"),
        ("{{${user_id}}}", "q-1"),
        ("{{${email}}}", ""),
    ],
)
def test_a_standard_attribute_is_a_field_of_the_profile(
    workspace: Workspace, template: str, text: str
) -> None:
    """Facts: liquid-standard-attributes"""
    outcome = shown(workspace, template)

    assert isinstance(outcome, Rendered)
    assert outcome.text == text


def test_ids_are_always_there_but_for_the_external_one(workspace: Workspace) -> None:
    """Facts: liquid-standard-attributes"""
    first, second = workspace.state.profiles

    texts = [
        render(
            "{{${user_id}}}|{{${braze_id}}}|{{${random_bucket_number}}}",
            scope_of(workspace.state, each, Occasion()),
            surroundings(),
        )
        for each in (first, second)
    ]

    assert texts == [
        Rendered(f"q-1|{first.braze_id}|{first.random_bucket}"),
        Rendered(f"|{second.braze_id}|{second.random_bucket}", empty=("{{${user_id}}}",)),
    ]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{custom_attribute.${level}}}", "3"),
        ("{{custom_attribute.${it's}}}", "quoted"),
        ("{{custom_attribute.${pet}.name}}", "Rex"),
        ("{{custom_attribute.${pet}.toys[0].kind}}", "ball"),
        ("{{custom_attribute.${sizes}[1]}}", "M"),
        ("{{custom_attribute.${since} | date: '%d.%m.'}}", "02.01."),
    ],
)
def test_a_custom_attribute_is_read_and_what_is_nested_in_it(
    workspace: Workspace, template: str, text: str
) -> None:
    """Facts: liquid-custom-attributes"""
    assert shown(workspace, template) == Rendered(text)


def test_subscription_states_are_told(workspace: Workspace) -> None:
    """Facts: liquid-subscribed-state"""
    everywhere, unknown = (
        "{{subscribed_state.${" + name + "}}}" for name in ("email_global", DOUBLE_GROUP)
    )
    group = "{{subscribed_state.${" + SMS_GROUP + "}}}"

    outcome = shown(workspace, f"{everywhere} {group} {unknown}")

    assert outcome == Rendered("opted_in unsubscribed ", empty=(unknown,))


def test_the_event_of_an_action_is_told(workspace: Workspace) -> None:
    """Facts: liquid-event-properties"""
    template = "{{event_properties.${store}}} {{event_properties.${items}[0].sku}}"

    assert shown(workspace, template) == Rendered("Oslo s-1")


def test_properties_of_an_api_trigger_are_told(workspace: Workspace) -> None:
    """Facts: liquid-api-trigger-properties"""
    assert shown(workspace, "{{api_trigger_properties.${offer}}}") == Rendered("5")


def test_the_context_of_a_canvas_has_two_names(workspace: Workspace) -> None:
    """Facts: liquid-canvas-context"""
    template = "{{context.${step}}} {{canvas_entry_properties.${step}}}"

    assert shown(workspace, template) == Rendered("2.5 2.5")


def test_the_campaign_is_told(workspace: Workspace) -> None:
    """Facts: liquid-campaign-attributes"""
    names = ("name", "api_id", "dispatch_id", "message_name")
    template = "|".join(f"{{{{campaign.${{{name}}}}}}}" for name in names)

    assert shown(workspace, template) == Rendered("May|c-1|d-1|Variant 1")


def test_the_text_that_came_in_is_told(workspace: Workspace) -> None:
    """Facts: liquid-inbound-message"""
    assert shown(workspace, "{{sms.${inbound_message_body}}}") == Rendered("Y please")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ ${first_name} }}", "Anna"),
        ("{{-  ${first_name} | upcase -}} !", "ANNA!"),
        ("{% if ${first_name} == 'Anna' %}yes{% else %}no{% endif %}", "yes"),
        ("{% unless custom_attribute.${level} > 2 %}low{% endunless %}", ""),
        ("{% assign who = ${first_name} | append: ${last_name} %}{{who}}", "AnnaBerg"),
        ("{% case ${country} %}{% when 'NO' %}hei{% endcase %}", "hei"),
        ("{% for each in custom_attribute.${sizes} %}{{each}};{% endfor %}", "S;M;"),
        ("{% raw %}{{${first_name}{% endraw %}", "{{${first_name}"),
        ("{% comment %}{{${x}{% endcomment %}{ ${first_name} }", "{ ${first_name} }"),
        ("{{ '{{ ${first_name} | it' }}", "{{ ${first_name} | it"),
        ("{{${first_name}}}}", "Anna}"),
    ],
)
def test_blanks_are_fine_and_tags_have_no_outer_braces(
    workspace: Workspace, template: str, text: str
) -> None:
    """Facts: liquid-braces"""
    assert shown(workspace, template) == Rendered(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("custom_attribute.${none}", "there"),
        ("custom_attribute.${off}", "there"),
        ("''", "there"),
        ("custom_attribute.${blank}", "  "),
        ("custom_attribute.${level}", "3"),
    ],
)
def test_a_default_stands_in_for_nothing_but_not_for_blanks(
    workspace: Workspace, value: str, text: str
) -> None:
    """Facts: liquid-default"""
    assert shown(workspace, f"{{{{ {value} | default: 'there' }}}}") == Rendered(text)


@pytest.mark.parametrize(
    "output",
    [
        "{{custom_attribute.${nobody}}}",
        "{{custom_attribute.${nobody}.at[3].all}}",
        "{{custom_attribute.${size}}}",
        "{{ ${shoe_size} }}",
        "{{Custom_Attribute.${level}}}",
        "{{now}}",
    ],
)
def test_what_is_unknown_renders_as_nothing_and_is_noted(workspace: Workspace, output: str) -> None:
    """Facts: liquid-unknown-is-empty"""
    assert shown(workspace, f"a{output}b") == Rendered("ab", empty=(output,))


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("Hi {% abort_message('no name') %}", "no name"),
        ("{% abort_message(custom_attribute.${level}) %}", "3"),
        ("{% abort_message %}", "{% abort_message %} called"),
        ("{% abort_message() %}{{${first_name}}}", "{% abort_message %} called"),
        ("{% if ${city} != 'Oslo' %}{% abort_message('far') %}{% endif %}near", None),
    ],
)
def test_a_message_is_called_off_with_its_reason(
    workspace: Workspace, template: str, reason: str | None
) -> None:
    """Facts: liquid-abort-message"""
    expected = Rendered("near") if reason is None else Aborted(reason)

    assert shown(workspace, template) == expected


def test_chance_comes_from_the_seed_and_is_below_the_number(workspace: Workspace) -> None:
    """Facts: liquid-random, liquid-random-range"""
    template = "{% random 10 %}" * 200

    outcome = render(template, {}, surroundings())

    assert isinstance(outcome, Rendered)
    assert outcome == render(template, {}, surroundings()) != render(template, {}, surroundings(2))
    assert set(outcome.text) == set("0123456789")


def test_connected_content_is_what_was_handed_in(workspace: Workspace) -> None:
    """Facts: liquid-connected-content"""
    url = "https://example.com/?u={{${email_address}}}"
    saved = f"{{% connected_content {url} :method get :save r %}}{{{{r.names[0]}}}}"

    assert shown(workspace, saved) == Rendered("Ana")
    assert shown(workspace, f"{{% connected_content {url} %}}") == Rendered('{"names": ["Ana"]}')
    assert shown(workspace, "{% connected_content https://example.com %}") == Rendered("plain")
    assert shown(workspace, "{% connected_content https://else.where %}!") == Rendered(
        "!", unanswered=("https://else.where",)
    )


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (
            "{{ 1 == 2 }}",
            "line 1, column 6, at == 2 }}: expected end of expression, found '=='; "
            "only `if`, `elsif` and `unless` compare",
        ),
        (
            "{% if ${city} | upcase == 'X' %}{% endif %}",
            "line 1, column 15, at | upcase == 'X' %}{% endif %}: expected end of expression, "
            "found '|'; filters stand in outputs and in `assign` only",
        ),
    ],
)
def test_comparisons_and_filters_have_their_places(template: str, told: str) -> None:
    """Facts: liquid-operators-and-filters"""
    assert [str(each) for each in misprints_of(template)] == [told]


def test_tags_are_case_sensitive() -> None:
    """Facts: liquid-tags-are-case-sensitive"""
    assert [str(each) for each in misprints_of("a\n{% If true %}b")] == [
        "line 2, column 4, at If true %}b: unexpected tag 'If'; did you mean if"
    ]


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (
            "Hi\n  {{${email_address}}, {{ ${a} }, {{${b}}}",
            [
                "line 2, column 3, at {{${email_address}}: a closing brace is missing; "
                "did you mean {{${email_address}}}",
                "line 2, column 24, at {{ ${a} }: a closing brace is missing; "
                "did you mean {{ ${a} }}",
            ],
        ),
        (
            '"{{${a} | default: "x" }", "{{${b}}}"',
            [
                'line 1, column 2, at {{${a} | default: "x" }", "{{${b}}}": '
                "`{{` is not closed by `}}`"
            ],
        ),
        (
            "{% if {{${a}}} == 1 %}x{% endif %}",
            [
                "line 1, column 7, at {{${a}}}: inside `{% … %}` a name has no outer braces; "
                "did you mean ${a}"
            ],
        ),
        ("{{${ }}}", ["line 1, column 3, at ${ }: there is no name in `${}`"]),
        ("{% raw %}x", ["line 1, column 1, at {% raw %}x: `raw` is not closed by `{% endraw %}`"]),
        ("x {% if", ["line 1, column 3, at {% if: `{%` is not closed by `%}`"]),
        (
            "{% if ${a} %}x",
            ["line 1, column 15, at the end: expected tag endif, found end of expression"],
        ),
        (
            "{{${a}}} {{${b} | nope: 1, }}",
            ["line 1, column 19, at nope: 1, }}: there is no filter 'nope' here"],
        ),
    ],
)
def test_a_text_that_is_no_template_is_told_with_its_place(template: str, told: list[str]) -> None:
    """Facts: unparsable-template"""
    assert [str(each) for each in misprints_of(template)] == told


DOUBLING = (
    "{{% assign x = 'xxxxxxxx' %}}"
    "{{% for a in (1..{times}) %}}{{% assign x = x | append: x %}}{{% endfor %}}"
)


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in (1..1000000000) %}x{% endfor %}",
        "{% for a in (1..200) %}{% for b in (1..200) %}x{% endfor %}{% endfor %}",
        DOUBLING.format(times=90),
        "{% assign x = 10 %}{% for a in (1..90) %}{% assign x = x | times: x %}{% endfor %}{{x}}",
        DOUBLING.format(times=12) + "{{ x | split: '' | join: x }}",
        "{{ 'x' | plus: 1 | divided_by: 0 }}",
    ],
)
def test_what_would_never_end_or_cannot_be_done_fails_as_a_value(template: str) -> None:
    """Facts: liquid-failure-stops-the-message"""
    assert misprints_of(template) == []
    assert isinstance(render(template, {}, surroundings()), Failed)


PARTS = st.sampled_from(
    [
        "{{", "}}", "{%", "%}", "${", "}", "{", "${email_address}", "${it's}", "custom_attribute.",
        "event_properties.", ".a[0]", " if ", " endif ", " for x in ", " endfor ", " == ", " | ",
        "default: ", "'", '"', "\\", "\n", " abort_message ", "('no')", " random ", " 3 ", "(1..9)",
        "connected_content ", "https://a.b", ":save x", " raw ", " comment ", "-", "é", "\x00",
        " assign x = ", "x", "date: '%Y'", "size", " case ", " liquid ", " cycle ", "times: ",
    ]
)  # fmt: skip
TEXTS = st.text() | st.lists(PARTS, max_size=14).map("".join)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.integers(1, 2).map(lambda sign: sign * 10**5000),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    max_leaves=6,
)
NAMED = st.dictionaries(st.sampled_from(["email_address", "a", "size", "it's", ""]), VALUES)


@settings(max_examples=300)
@given(TEXTS, NAMED, NAMED, NAMED)
def test_rendering_never_raises(template: str, standard: Any, custom: Any, properties: Any) -> None:
    seen = scope(standard, custom, properties, Occasion(event_properties=properties))

    misprints, outcome = misprints_of(template), render(template, seen, surroundings())

    assert isinstance(outcome, Unreadable) == bool(misprints)
    assert all(each.line > 0 and each.column > 0 and each.says for each in misprints)


@given(
    st.sampled_from(
        [
            "{{@}}", "{{ @ | default: 'x' }}", "{% if @ > 2 %}a{% endif %}", "{{@ | times: 2}}",
            "{% for x in @ %}{{x}}{% endfor %}", "{{@ | split: ',' | join: @}}", "{{@.a[0]}}",
            "{% random @ %}", "{% abort_message(@) %}", "{{@ | date: '%Y'}}", "{{@ | upcase}}",
        ]
    ),
    VALUES,
)  # fmt: skip
def test_every_value_of_a_profile_can_meet_every_kind_of_tag(form: str, value: Any) -> None:
    template = form.replace("@", "custom_attribute.${a}")
    seen = scope({}, {"a": value}, {}, Occasion())

    outcome = render(template, seen, surroundings())

    assert isinstance(outcome, Rendered | Aborted | Failed)
