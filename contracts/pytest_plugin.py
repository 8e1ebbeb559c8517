"""A fixture for the test suite of any client: a fake that fails a test whose requests are wrong.

Name this module in `pytest_plugins` of the topmost conftest.py; it brings `fake_braze` too.
"""

from collections.abc import Iterator

import pytest

from mock_braze.pytest_plugin import FakeBraze, fake_braze

__all__ = ["checked_braze", "fake_braze"]


@pytest.fixture
def checked_braze(fake_braze: FakeBraze) -> Iterator[FakeBraze]:
    """As `fake_braze`; at the end of the test every request it got must keep the contract."""
    yield fake_braze
    from contracts.consumer import judge_requests, requests_in
    from contracts.reports import as_text
    from contracts.specification import Specification

    findings = judge_requests(requests_in(fake_braze.workspace), Specification()).findings
    errors = [each for each in findings if each.severity == "error"]
    if errors:
        pytest.fail(f"requests broke the contract:\n{as_text(errors)}", pytrace=False)
