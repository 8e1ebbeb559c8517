from concurrent.futures import ThreadPoolExecutor

from quikly_client.metrics import Metrics


def test_counters_are_told_apart_by_their_labels_and_summed_without() -> None:
    metrics = Metrics()
    metrics.count("calls_total", endpoint="/a", status="201")
    metrics.count("calls_total", endpoint="/a", status="429")
    metrics.count("calls_total", 2, endpoint="/b", status="201")

    assert metrics.total("calls_total") == 4
    assert metrics.total("calls_total", status="201") == 3
    assert metrics.total("calls_total", endpoint="/a", status="201") == 1
    assert metrics.total("calls_total", status="500") == 0
    assert metrics.by("calls_total", "status") == {"201": 3, "429": 1}


def test_the_lines_are_in_the_form_that_prometheus_reads() -> None:
    metrics = Metrics()
    metrics.count("b_total")
    metrics.count("a_total", 0.25, name='one "two"\n\\')
    metrics.count("a_total", name="one")

    assert list(metrics.lines()) == [
        'a_total{name="one"} 1',
        'a_total{name="one \\"two\\"\\n\\\\"} 0.25',
        "b_total 1",
    ]


def test_threads_lose_no_count() -> None:
    metrics = Metrics()

    def count(number: int) -> None:
        for _ in range(500):
            metrics.count("a_total", thread=str(number % 2))
            metrics.total("a_total")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))

    assert metrics.by("a_total", "thread") == {"0": 2000, "1": 2000}
