"""A search in parts finds the same wherever its parts run."""

from collections.abc import Sequence

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


def test_ours_is_ours() -> None:
    with integration(OURS) as make:
        assert make is our_integration
