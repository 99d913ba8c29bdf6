import pytest

from animot.errors import InputError
from animot.training.schedule import PAPER, RELEASED, RELEASED_DUKE, Budget, TrainingConfig


def test_the_paper_trains_on_64_subsequences_of_20_frames() -> None:
    assert (PAPER.batch_size, PAPER.clip_length, PAPER.learning_rate) == (64, 20, 5e-4)
    assert PAPER.rate(0, 0.0) == PAPER.rate(10**6, 1.0) == 5e-4


def test_what_the_program_adds_to_the_paper() -> None:
    """Off in the paper; the numbers are those of the specification."""
    assert (PAPER.betas, PAPER.weight_decay, PAPER.gradient_norm) == ((0.9, 0.999), 0.0, None)
    assert (PAPER.reset_chance, PAPER.validation_share) == (0.0, 0.05)
    for found in (RELEASED, RELEASED_DUKE):
        assert (found.betas, found.weight_decay, found.gradient_norm) == ((0.9, 0.99), 1e-6, 5.0)
        assert (found.reset_chance, found.clip_length, found.learning_rate) == (0.01, 20, 5e-4)
        assert found.rate(10**6, 1.0) == 5e-4
    assert (RELEASED.batch_size, RELEASED.validation_share) == (64, 0.04)
    assert (RELEASED_DUKE.batch_size, RELEASED_DUKE.validation_share) == (24, 0.05)


def test_rate_ramps_stays_and_falls() -> None:
    config = TrainingConfig(learning_rate=1.0, ramp_steps=9, decay_from=0.5, final_rate=0.1)
    assert config.rate(0, 0.0) == pytest.approx(0.1)
    assert config.rate(9, 0.2) == 1.0
    assert config.rate(100, 0.5) == 1.0
    assert config.rate(100, 0.75) == pytest.approx(0.55)
    assert config.rate(100, 1.0) == pytest.approx(0.1)


def test_budget_of_steps_or_minutes() -> None:
    assert Budget(steps=40).progress(10, 1e9) == 0.25
    assert Budget(minutes=2.0).progress(10**9, 30.0) == 0.25
    assert Budget(minutes=2.0).progress(0, 500.0) == 1
    assert Budget(steps=40).seconds_left(10, 5.0) == pytest.approx(15)
    assert Budget(steps=40).seconds_left(0, 0.0) == float("inf")


@pytest.mark.parametrize(
    "given", [{}, {"steps": 1, "minutes": 1.0}, {"steps": 0}, {"minutes": -1.0}]
)
def test_budget_refuses_nonsense(given: dict[str, int]) -> None:
    with pytest.raises(InputError):
        Budget(**given)
