from flask import Flask, url_for

from mock_braze.url_rules import LazyRule


def test_urls_are_built_as_by_other_rules() -> None:
    app = Flask("with_lazy_rules", static_folder=None)
    app.url_rule_class = LazyRule
    app.add_url_rule("/exports/<name>", endpoint="export")
    app.add_url_rule("/journal", endpoint="journal")

    with app.test_request_context():
        assert url_for("export", name="a b") == "/exports/a%20b"
        assert url_for("journal", since=3) == "/journal?since=3"
