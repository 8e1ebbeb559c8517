"""Workspaces: all the worlds of one server. An API key belongs to one and selects it."""

from collections.abc import Collection, Iterator
from itertools import count
from threading import RLock

from mock_braze.domain.api_keys import PERMISSIONS, ApiKey
from mock_braze.domain.clock import Clock, ManualClock
from mock_braze.domain.dials.dials import Dials
from mock_braze.domain.snapshot import Snapshot
from mock_braze.domain.workspace import Workspace

DEFAULT = "default"


class NameTaken(ValueError):
    """There is a workspace, or a key, of this name already."""


class Workspaces:
    """Workspaces by name; the default one is always there. Each begins with `dials`."""

    def __init__(
        self, clock: Clock, *, seed: int = 0, api_key: str = "", dials: Dials | None = None
    ) -> None:
        self._lock = RLock()
        self.begin(clock, seed=seed, api_key=api_key, dials=dials)

    def begin(
        self, clock: Clock, *, seed: int = 0, api_key: str = "", dials: Dials | None = None
    ) -> None:
        """Be as new: whatever workspaces and keys there were, there is the default one alone."""
        self._by_name: dict[str, Workspace] = {}
        self._by_key: dict[str, Workspace] = {}
        self._dials = dials or Dials()
        self.default = Workspace(clock, self._dials, seed=seed, name=DEFAULT)
        self._by_name[DEFAULT] = self.default
        self.add_key(self.default, api_key, PERMISSIONS)

    def __iter__(self) -> Iterator[Workspace]:
        return iter(list(self._by_name.values()))

    def named(self, name: str) -> Workspace | None:
        return self._by_name.get(name)

    def opened_by(self, key: str) -> Workspace | None:
        """The workspace a key belongs to."""
        return self._by_key.get(key)

    def create(
        self,
        name: str = "",
        *,
        seed: int | None = None,
        permissions: Collection[str] = PERMISSIONS,
    ) -> tuple[Workspace, ApiKey]:
        """A new workspace, with a manual clock that starts at the default one's time, and a key.

        Without a seed it gets one from its name, so that equal calls give equal worlds.

        Raises:
            NameTaken: there is one of this name.
            BadApiKey: an unknown permission; no workspace is made then.
        """
        with self._lock:
            name = name or self._free_name()
            if name in self._by_name:
                raise NameTaken(f"there is a workspace {name!r} already; choose another name")
            clock = ManualClock(self.default.clock.now())
            number = int.from_bytes(name.encode(), "big") % 2**32 if seed is None else seed
            workspace = Workspace(clock, self._dials, seed=number, name=name)
            key = self.add_key(workspace, "", permissions)
            self._by_name[name] = workspace
        return workspace, key

    def _free_name(self) -> str:
        names = (f"workspace-{number}" for number in count(len(self._by_name)))
        return next(name for name in names if name not in self._by_name)

    def add_key(
        self,
        workspace: Workspace,
        value: str,
        permissions: Collection[str],
        networks: Collection[str] = (),
        *,
        is_partner: bool = False,
    ) -> ApiKey:
        """Another key to a workspace; without a value it gets one from the workspace's seed.

        Raises:
            NameTaken: the key opens another workspace already.
            BadApiKey: see `Workspace.add_key`.
        """
        with self._lock:
            value = value or self._free_key(workspace)
            if self._by_key.get(value, workspace) is not workspace:
                raise NameTaken("this key opens another workspace already; choose another key")
            key = workspace.add_key(value, permissions, networks, is_partner=is_partner)
            self._by_key[value] = workspace
        return key

    def restore(self, workspace: Workspace, snapshot: Snapshot) -> None:
        """Make a workspace what a snapshot says, keys and clock included; it keeps its name.

        Raises:
            NameTaken: one of the keys opens another workspace; nothing is changed then.
        """
        with self._lock:
            owners = [self._by_key.get(each.value, workspace) for each in snapshot.keys]
            taken = sorted({each.name for each in owners if each is not workspace})
            if taken:
                raise NameTaken(
                    f"keys of the snapshot open {', '.join(taken)}; restore it there, or on "
                    "another server"
                )
            for value in workspace.keys:
                del self._by_key[value]
            workspace.restore(snapshot)
            self._by_key.update(dict.fromkeys(workspace.keys, workspace))

    def _free_key(self, workspace: Workspace) -> str:
        """Worlds of one seed, and one world before and after a reset, draw the same keys."""
        while (value := workspace.state.seeds.api_key()) in self._by_key:
            pass
        return value
