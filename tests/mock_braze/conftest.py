import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings
from worlds import World, a_workspace

from mock_braze.domain.workspace import Workspace

settings.register_profile("fake", max_examples=200, deadline=None)
settings.load_profile("fake")


@pytest.fixture
def workspace() -> Workspace:
    return a_workspace()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def threads_that_interrupt_each_other_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)
