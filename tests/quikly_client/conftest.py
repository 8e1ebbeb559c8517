from datetime import UTC, datetime, timedelta

import pytest
from scripted_braze import API_KEY, BASE_URL, ScriptedBraze

from quikly_client.braze import BrazeClient
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.transport import Transport


@pytest.fixture
def scripted() -> ScriptedBraze:
    return ScriptedBraze()


@pytest.fixture
def transport(scripted: ScriptedBraze) -> Transport:
    return Transport(BrazeSettings(BASE_URL, API_KEY), scripted.session())


@pytest.fixture
def braze(transport: Transport) -> BrazeClient:
    return BrazeClient(transport)


@pytest.fixture
def settings() -> JourneySettings:
    return JourneySettings("6d3f9a52-group", creation_wait=timedelta(seconds=150))


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 1, 31, 18, 0, tzinfo=UTC)
