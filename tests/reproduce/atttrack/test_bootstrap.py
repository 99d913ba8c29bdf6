"""Intervals against cases worked out by hand."""

import numpy as np
import pytest
from made_scores import counts, scored

from animot.reproduce.atttrack.bootstrap import DRAWS, draw, sample_scores

# Of two sequences MOTA is 0.8 (1 - 20/100) and 0.5 (1 - 150/300).
ONE, OTHER = counts(100, 5, 12, 3, idtp=70), counts(300, 40, 100, 10, idtp=120)


def test_a_score_is_that_of_pooled_counts_not_the_mean_of_scores():
    found = sample_scores([scored("student", ONE, OTHER)])
    assert found["MOTA"].value == pytest.approx(1 - 170 / 400)
    assert found["recall"].value == pytest.approx(1 - 112 / 400)
    # IDF1 = 2 IDTP / (boxes of truth and of tracks): 88 + 5 and 200 + 40 boxes of tracks.
    assert found["IDF1"].value == pytest.approx(2 * 190 / (400 + 93 + 240))


def test_of_two_sequences_a_quarter_of_the_draws_is_each_one_twice():
    """So that the interval ends at the scores of either alone."""
    found = sample_scores([scored("student", ONE, OTHER)])["MOTA"]
    assert found.interval == pytest.approx((0.5, 0.8))
    values, times = np.unique(found.values[1:].round(9), return_counts=True)
    assert values == pytest.approx([0.5, 0.575, 0.8])
    assert times / DRAWS == pytest.approx([0.25, 0.5, 0.25], abs=0.04)


def test_differences_are_of_pairs():
    """A row that is better by as much in every sequence is so without any doubt."""
    better = [counts(100, 5, 8, 2), counts(300, 40, 88, 7)]  # 5 and 15 faults fewer: 5 %
    ours = sample_scores([scored("student", *better)])["MOTA"]
    theirs = sample_scores([scored("student", ONE, OTHER)])["MOTA"]
    difference = ours - theirs
    assert difference.value == pytest.approx(0.05)
    assert difference.interval == pytest.approx((0.05, 0.05))
    assert ours.interval == pytest.approx((0.55, 0.85))


def test_seeds_are_averaged_and_drawn_too():
    """Each seed alone has no spread over sequences: what is left is that over seeds."""
    seeds = [
        scored("student", counts(100, 0, missed, 0), seed=n) for n, missed in ((1, 10), (2, 30))
    ]
    found = sample_scores(seeds)["MOTA"]
    assert found.value == pytest.approx(0.8)
    assert found.interval == pytest.approx((0.7, 0.9))


def test_a_single_sequence_of_a_single_seed_has_no_interval():
    alone = sample_scores([scored("student", ONE)])["MOTA"]
    assert alone.interval is None
    assert (alone - alone).interval is None
    assert alone.mixed(alone, 0.25).interval is None


def test_sequences_without_anything_are_no_error():
    nothing = sample_scores([scored("student", counts(0, 0, 0, 0), counts(0, 2, 0, 0))])
    assert nothing["MOTA"].value == -1  # two false positives
    assert nothing["IDF1"].value == 0
    assert np.isfinite(nothing["MOTA"].values).all()


def test_draws_are_always_the_same_and_of_the_right_number():
    first, again = draw(3, 20), draw(3, 20)
    assert np.array_equal(first.sequences, again.sequences)
    assert first.seeds.shape == (DRAWS + 1, 3)
    assert (first.sequences.sum(axis=1) == 20).all()
    assert (first.seeds[0] == 1).all()
    assert (first.sequences[1:, 0].mean(), first.seeds[1:, 2].mean()) == pytest.approx(
        (1, 1), abs=0.1
    )
    # Rows of another number of seeds share the draws of sequences.
    assert np.array_equal(draw(1, 20).sequences, first.sequences)
