"""A search in parts finds the same wherever its parts run."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scenarios.fuzz import OURS
from scenarios.fuzz.engine import Engine, in_processes, merged, on_dask, one_by_one, parts, run
from scenarios.fuzz.hunt import Hunt, Search
from scenarios.fuzz.targets import BadTarget, integration
from scenarios.our_integration import our_integration
from scenarios.steps import NextStep
from scenarios.stories import Story

HASTY = "scenario_clients:hasty"
SEARCH = Search(examples=12, steps=6, most=1)


def in_small_parts(engine: Engine) -> Engine:
    """The engine, with a search that has more parts than cores."""

    def run_parts(target: str, searches: Sequence[Search]) -> list[Hunt]:
        seeds = [Search(examples=12, steps=6, most=1, seed=each) for each in range(2)]
        return list(engine(target, seeds))

    return run_parts


@pytest.fixture(scope="module")
def alone() -> Hunt:
    return run(HASTY, [SEARCH], in_small_parts(one_by_one))


def test_many_processes_find_what_one_finds(alone: Hunt) -> None:
    together = run(HASTY, [SEARCH], in_small_parts(in_processes(2)))

    assert [each.breaks for each in alone.findings] == [
        ("no_subscription_update_before_creation_lag",)
    ]
    assert together.findings == alone.findings
    assert together.statistics == alone.statistics


@pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed.*")
def test_a_cluster_finds_what_one_process_finds(alone: Hunt) -> None:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        together = run(HASTY, [SEARCH], in_small_parts(on_dask(cluster.scheduler_address)))

    assert together.findings == alone.findings
    assert together.statistics == alone.statistics


def test_a_search_has_the_same_parts_however_many_cores_there_are() -> None:
    assert [(each.examples, each.seed) for each in parts(Search(examples=250, seed=1))] == [
        (100, 1_000_003), (100, 1_000_004), (50, 1_000_005),
    ]  # fmt: skip


def test_of_two_stories_about_one_invariant_the_shorter_is_kept() -> None:
    long = Story(name="a", steps=(NextStep(), NextStep()), breaks=("a_claim",))
    short = Story(name="a", steps=(NextStep(),), breaks=("a_claim", "another"))
    other = Story(name="b", steps=(), breaks=("another",))

    whole = merged([Hunt([long]), Hunt([other, short])])

    assert whole.findings == [short, other]


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("nothing", "package.module:factory"),
        ("no.such.module:make", "No module named"),
        ("scenarios.stories:no_such_thing", "no factory named 'no_such_thing'"),
    ],
)
def test_what_is_no_integration_is_refused(target: str, says: str) -> None:
    with pytest.raises(BadTarget, match=says), integration(target):
        pass


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (
            "scenario_clients:unfinished",
            "which has no next_due, perform_next, run_due, participations, restart, crash, "
            "overlap, receive_webhook, receive_together;",
        ),
        (
            "scenario_clients:without_settings",
            r"the factory raised RuntimeError: no settings \(scenario_clients.py, line \d+\)",
        ),
        ("scenario_clients:OurIntegration", "the factory raised "),
        (
            "scenario_clients:silent",
            r"credits raised KeyError: 'credits' \(scenario_clients.py, line \d+\)",
        ),
    ],
)
def test_a_factory_that_makes_no_integration_is_refused(target: str, says: str) -> None:
    with pytest.raises(BadTarget, match=says):
        run(target, [SEARCH], one_by_one)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def make(:", "cannot be imported: SyntaxError: invalid syntax"),
        ("settings = {}['key']", r"cannot be imported: KeyError: 'key' \(clients_.*.py, line 1\)"),
        ("import no_such_library", "No module named 'no_such_library'$"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, says: str
) -> None:
    name = f"clients_{abs(hash(code))}"
    (tmp_path / f"{name}.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(BadTarget, match=says), integration(f"{name}:make"):
        pass


def test_a_module_is_found_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clients_in_this_folder.py").write_text(
        "from scenarios.our_integration import our_integration as make"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    assert run("clients_in_this_folder:make", [SEARCH], one_by_one).findings == []


def test_ours_is_ours() -> None:
    with integration(OURS) as make:
        assert make is our_integration
