"""The request samples of a document: found, judged, and printed as they should be."""

import json

import pytest

from contracts.samples.judging import Sample, judge_document
from contracts.specification import QUIKLY, Specification

BRAZE = Specification()
# As the page about Quikly prints them, whatever its language.
TRACK = """{
  "attributes": [{
    "_update_existing_only": false,
    "user_alias:": {
      "alias_name": "email@example.com",
      "alias_label: "email"
    },
    "email": "email@example.com"
  }]
}
"""
STATUS_SET = """{
  "subscription_group_id": "the-id-of-the-subscription-group",
    "subscription_status": "subscribed",
    "phone": "+13135551212"
  }]
}
"""
HEADERS = "Content-Type: application/json\nAuthorization: Bearer YOUR-REST-API-KEY\n"


def judged(document: str) -> list[Sample]:
    return judge_document(document, [BRAZE, Specification(QUIKLY)])


def told(sample: Sample) -> list[tuple[int, int, str]]:
    return [(each.line, each.column, str(each)) for each in sample.errors]


def in_markdown(words: str, code: str) -> str:
    return f"# A page\n\n{words}\n\n```\n{code}```\n\nMore words.\n"


@pytest.mark.parametrize("words", ["/users/track request", "/users/track 요청 본문"])
def test_the_track_sample_of_the_page_has_a_quote_and_a_name_wrong(words: str) -> None:
    """Facts: page-sample-user-alias-colon"""
    (sample,) = judged(in_markdown(words, TRACK))

    assert sample.operation == "POST /users/track"
    assert told(sample) == [
        (
            9,
            5,
            "POST /users/track knows no member body.attributes[0]['user_alias:']; "
            'write "user_alias" instead of "user_alias:" (page-sample-user-alias-colon)',
        ),
        (11, 19, 'no JSON; add " (unparsable-json-400)'),
    ]
    assert sample.corrected == TRACK.replace('alias:"', 'alias"').replace("label:", 'label":')


@pytest.mark.parametrize(
    "words", ["Detailed /subscription/status/set request", "상세한 /subscription/status/set 요청"]
)
def test_the_status_sample_of_the_page_has_a_name_and_its_end_wrong(words: str) -> None:
    """Facts: page-sample-subscription-status"""
    (sample,) = judged(in_markdown(words, STATUS_SET))

    assert sample.operation == "POST /subscription/status/set"
    assert told(sample) == [
        (
            8,
            5,
            "POST /subscription/status/set knows no member body.subscription_status; write "
            '"subscription_state" instead of "subscription_status" '
            "(page-sample-subscription-status)",
        ),
        (10, 3, "no JSON; remove }] (unparsable-json-400)"),
    ]
    (note,) = (each for each in sample.problems if each.severity == "note")
    assert (note.line, note.fact) == (9, "status-set-external-id-forms")
    assert sample.corrected == STATUS_SET.replace('status":', 'state":').replace("  }]\n", "")


PAIRS = """"q_scope": "your-activations-scope-id"
"event": "your-event-identifier"
"email": {{${email_address}}
"""


@pytest.mark.parametrize("words", ["Webhook URL", "웹훅 URL"])
def test_the_webhook_sample_of_the_page_lacks_commas_quotes_and_a_brace(words: str) -> None:
    """Facts: page-sample-short-of-a-brace, quikly-webhook"""
    document = in_markdown(f"**{words}**: https://api.quikly.com/webhook/braze", PAIRS)

    (sample,) = judged(document)

    assert sample.operation == "POST /webhook/braze"
    assert [(each.line, each.instead) for each in sample.errors] == [
        (6, "add ,"),
        (7, "add ,"),
        (8, 'write "{{${email_address}}" instead of {{${email_address}}'),
        (8, "write {{${email_address}}} instead of {{${email_address}}"),
    ]
    assert sample.corrected == (
        '"q_scope": "your-activations-scope-id",\n'
        '"event": "your-event-identifier",\n'
        '"email": "{{${email_address}}}"\n'
    )
    (right,) = judged(document.replace(PAIRS, sample.corrected))
    assert right.problems == ()


def test_the_headers_of_the_page_are_right() -> None:
    (sample,) = judged(in_markdown("/users/track request", HEADERS))

    assert (sample.operation, sample.problems) == ("POST /users/track", ())


def test_right_samples_have_nothing_wrong_and_are_not_rewritten() -> None:
    documents = []
    for path, item in BRAZE.document["paths"].items():
        content = item.get("post", {}).get("requestBody", {}).get("content", {})
        for media in content.values():
            for example in media.get("examples", {}).values():
                code = json.dumps(example["value"], indent=2) + "\n"
                documents.append((f"POST {path}", in_markdown(f"To `{path}`:", code)))

    assert len(documents) > 30
    for operation, document in documents:
        (sample,) = judged(document)
        assert (sample.operation, told(sample), sample.corrected) == (operation, [], None)


def test_headers_are_judged_where_they_are_printed() -> None:
    wrong = 'Content-Type: text/json\nAuthorization: "YOUR-REST-API-KEY"\n'

    (right,) = judged(in_markdown("/users/track", HEADERS))
    (sample,) = judged(in_markdown("/users/track", wrong))

    assert right.problems == ()
    assert [(each.line, each.fact) for each in sample.errors] == [
        (6, "wrong-content-type-415"),
        (7, "bearer-key"),
    ]


def test_a_whole_request_and_a_command_are_samples_too() -> None:
    body = '{"events": [{"external_id": "q-1", "name": "joined", "tme": "2026-01-05T09:00:00Z"}]}'
    request = f"POST https://rest.iad-01.braze.com/users/track\n{HEADERS}\n{body}\n"
    command = (
        "curl -X POST 'https://rest.iad-01.braze.com/users/track' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f"  --data-raw '{body}'\n"
    )

    for code, line in ((request, 10), (command, 8)):
        (sample,) = judged(in_markdown("An example.", code))
        assert sample.operation == "POST /users/track"
        (error, *_) = sample.errors
        assert (error.line, error.instead) == (line, 'write "time" instead of "tme"')
        assert sample.corrected == code.replace("tme", "time")


def test_the_same_samples_are_found_in_html_and_in_plain_text() -> None:
    html = f"<html><p>Call /users/track</p>\n<pre><code>{TRACK}</code></pre></html>"
    text = f"Call /users/track:\n\n{TRACK}\nand wait."

    for document, line in ((html, 5), (text, 6)):
        (sample,) = judged(document)
        assert [each.line for each in sample.errors] == [line, line + 2]


def test_answers_and_descriptions_of_members_are_no_samples() -> None:
    described = '{"attributes": (optional, array of attributes object),}\n'

    assert judged(in_markdown("Response of /users/track", '{"message": "success"}\n')) == []
    assert judged(in_markdown("/users/track", described)) == []
    assert judged("No code at all.") == []
    assert judged("") == []


def test_a_sample_that_fits_no_endpoint_is_only_read_as_json() -> None:
    (sample,) = judged(in_markdown("Something else.", '{"colour": "red",}\n'))

    assert (sample.operation, sample.corrected) == ("", '{"colour": "red"}\n')
    assert [each.instead for each in sample.errors] == ["remove ,"]


def test_what_stands_for_the_readers_own_values_may_look_like_anything() -> None:
    code = (
        '{"external_id": "<your id>", "subscription_group_id": "YOUR-GROUP",\n'
        ' "subscription_state": "subscribed"}\n'
    )
    email = '{"email_address": "[email protected]", "fields_to_export": ["email"]}\n'

    (first,) = judged(in_markdown("/subscription/status/set", code))
    (second,) = judged(in_markdown("/users/export/ids", email))

    assert (first.problems, second.problems) == ((), ())


def test_a_member_that_is_wrong_is_told_with_what_is_documented() -> None:
    code = '{"subscription_group_id": "g", "subscription_state": "yes", "email": "a@example.com"}\n'

    (sample,) = judged(in_markdown("/subscription/status/set", code))

    (error,) = sample.errors
    assert error.says == 'body.subscription_state is "yes"'
    assert error.instead.startswith("documented: ")
