"""Fixtures for the test suite of any integration: a Braze of its own for each test.

Name this module in `pytest_plugins` of the topmost conftest.py, or import `fake_braze` from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask

    from mock_braze.domain.workspace import Workspace

API_KEY = "braze-lab"


@dataclass(frozen=True, slots=True)
class FakeBraze:
    """A fake on a loopback port, its time standing until it is moved.

    `app` answers without a port as well (`app.test_client()`); `workspace` is what it remembers.
    """

    url: str
    api_key: str
    app: "Flask"
    workspace: "Workspace"

    def advance(self, seconds: float) -> None:
        """Let simulated time pass, and everything happen that is due by then."""
        self.app.test_client().post("/control/clock/advance", json={"seconds": seconds})

    def add_group(self, group_id: str, channel: str = "sms") -> None:
        """A subscription group under its identifier."""
        made = {"id": group_id, "name": group_id, "channel": channel}
        self.app.test_client().post("/control/subscription_groups", json=made)

    @property
    def lag(self) -> timedelta:
        """How long a new profile takes to be finished."""
        return self.workspace.state.dials.creation_lag


@pytest.fixture
def fake_braze() -> Iterator[FakeBraze]:
    """A Braze for this test alone, that plays every fault: `requests.post(fake_braze.url + …)`."""
    from mock_braze.server import ServerOptions, furnished_app, threaded

    app, workspaces = furnished_app(ServerOptions(api_key=API_KEY))
    with threaded(app) as url:
        yield FakeBraze(url, API_KEY, app, workspaces.default)
