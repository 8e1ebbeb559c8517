"""A violation is told in one short line, without anybody's address in full."""

from contracts.violations import Violation


def test_it_names_operation_side_property_received_documented_and_fact() -> None:
    violation = Violation(
        "POST /users/track", "response", "status", "200", "one of 201", "track-success-body"
    )

    assert str(violation) == (
        "POST /users/track response: status is 200; documented: one of 201 (track-success-body)"
    )


def test_without_a_fact_it_ends_with_what_is_documented() -> None:
    assert str(Violation("GET /x", "request", "path", "1", "2")).endswith("documented: 2")


def test_emails_and_phone_numbers_are_shortened_in_the_line_and_kept_in_the_value() -> None:
    received = '{"email":"anna@example.com","phone":"+13135551212"}'

    violation = Violation("GET /x", "request", "body", received, "another")

    assert '{"email":"an…@example.com","phone":"+1…12"}' in str(violation)
    assert violation.received == received


def test_a_long_value_is_cut_and_stays_on_one_line() -> None:
    line = str(Violation("GET /x", "request", "body", "first\n" + "x" * 500, "less"))

    assert len(line) < 200
    assert "\n" not in line


def test_a_phone_number_is_shortened_even_where_something_is_written_behind_it() -> None:
    received = '["+13135551212x","%2B13135551212","13135551212"]'

    line = str(Violation("GET /x", "request", "body", received, "another"))

    assert '["+1…12x","+1…12","+1…12"]' in line
    assert "3555" not in line
