"""The fixtures for the test suites of others."""

import pytest

pytest_plugins = ["pytester"]

SUITE = """
import requests

pytest_plugins = ["contracts.pytest_plugin"]

def test_of_a_client(checked_braze):
    checked_braze.add_group("g")
    headers = {"Authorization": f"Bearer {checked_braze.api_key}"}
    body = {"subscription_group_id": "g", "%s": "subscribed", "email": "ana@example.com"}
    requests.post(f"{checked_braze.url}/subscription/status/set", json=body, headers=headers)
"""


@pytest.mark.parametrize("name", ["subscription_state", "subscription_status"])
def test_a_test_fails_when_its_requests_break_the_contract(
    pytester: pytest.Pytester, name: str
) -> None:
    pytester.makepyfile(SUITE % name)

    ran = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:xdist")

    if name == "subscription_state":
        ran.assert_outcomes(passed=1)
    else:
        ran.assert_outcomes(passed=1, errors=1)
        ran.stdout.fnmatch_lines(['*body.subscription_status is "subscribed"*'])
