from scenarios.bench.steps import measure_steps


def test_the_steps_that_are_measured_happen_and_break_nothing() -> None:
    figures = measure_steps(rounds=1, stories=2)

    assert figures.steps > 0
    assert 0 < figures.share < 1
    assert figures.calls > 0
