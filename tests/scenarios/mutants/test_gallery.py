"""Every client that is wrong is found, by what it does wrong and in a short story."""

import os

import pytest

from scenarios.fuzz.hunt import Search
from scenarios.mutants.gallery import Exhibit, Gallery, run_gallery, table
from scenarios.mutants.registry import MUTANTS
from scenarios.steps import Wait
from scenarios.stories import Story

# As many examples as suffice to find each of them; what the story was is not asked.
QUICKLY = Search(examples=100, steps=15, shorten=False)
THOROUGHLY = Search(examples=1_000)
IN_SOAK = os.environ.get("BRAZE_LAB_BUDGET") == "soak"


@pytest.mark.parametrize(
    "name",
    [
        "no-wait-after-creation",
        "credit-on-201",
        "credit-before-verify",
        "loses-people",
        "update-existing-only-left-out",
        "page-sample-as-printed",
        "case-sensitive-state",
        "asks-twice",
        "number-overwritten",
        "personal-data-in-logs",
        "webhook-not-idempotent",
        "quantity-race",
        "falling-offer-stays",
    ],
)
def test_a_client_that_is_wrong_is_found(name: str) -> None:
    (exhibit,) = run_gallery(QUICKLY, [MUTANTS[name]]).exhibits

    assert exhibit.is_killed


@pytest.mark.skipif(not IN_SOAK, reason="the whole gallery takes minutes: BRAZE_LAB_BUDGET=soak")
def test_every_client_of_the_gallery_is_found() -> None:
    gallery = run_gallery(THOROUGHLY)

    print(*table(gallery), sep="\n")
    assert gallery.survivors == []
    assert gallery.median_length <= 8


def test_the_table_says_what_was_found_and_who_survived() -> None:
    story = Story(name="found", breaks=("everything_settles",), steps=(Wait(seconds=1),))
    found = Exhibit(MUTANTS["loses-people"], story, 2.0, 50)
    survived = Exhibit(MUTANTS["asks-twice"], None, 4.0, 90)

    gallery = Gallery((found, survived))

    assert gallery.survivors == ["asks-twice"]
    assert [" ".join(line.split()) for line in table(gallery)] == [
        "mutant found by seconds steps story",
        "loses-people everything_settles 2.0 50 1",
        "asks-twice SURVIVED 4.0 90 -",
        "1 of 2 found; median 3.0 s and a story of 1 steps, worst 4.0 s",
    ]
