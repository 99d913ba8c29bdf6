"""Matching against every possible matching, tried one by one."""

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tracks import made_pair

from animot.metrics.matching import contested, match
from animot.metrics.overlap import compare


def highest_total(truth, track, score):
    """Largest total score of a one-to-one matching of these pairs."""
    rows, columns = sorted(set(truth)), sorted(set(track))
    matrix = np.zeros((len(rows), max(len(rows), len(columns))))
    for r, c, value in zip(truth, track, score, strict=True):
        matrix[rows.index(r), columns.index(c)] = value
    orders = permutations(range(matrix.shape[1]), len(rows))
    return max(sum(matrix[r, c] for r, c in enumerate(order)) for order in orders)


scores_of = {
    "any": lambda rng, count: rng.random(count),
    "some zero": lambda rng, count: rng.random(count) * (rng.random(count) < 0.6),
    "tied": lambda rng, count: rng.integers(0, 3, count).astype(float),
    "far apart": lambda rng, count: 10.0 ** rng.integers(-9, 3, count),
}


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(sorted(scores_of)))
def test_total_is_the_highest_in_every_frame(seed, kind):
    comparison = compare(*made_pair(seed, objects=5, frames=3, spread=8.0))
    score = scores_of[kind](np.random.default_rng(seed), len(comparison.pair_iou))
    matched = match(comparison, score)
    assert (score[matched] > 0).all()
    for rows in (comparison.pair_truth[matched], comparison.pair_track[matched]):
        assert len(set(rows.tolist())) == len(rows)
    frame = comparison.truth_frame[comparison.pair_truth]
    for number in np.unique(frame):
        here = frame == number
        best = highest_total(
            comparison.pair_truth[here].tolist(),
            comparison.pair_track[here].tolist(),
            score[here].tolist(),
        )
        np.testing.assert_allclose(score[here & matched].sum(), best, rtol=1e-12)


def test_contested_pairs_share_a_box_with_another_candidate():
    comparison = compare(*made_pair(11, objects=6, frames=5, spread=12.0))
    candidate = comparison.pair_iou > 0.3
    truth, track = comparison.pair_truth[candidate], comparison.pair_track[candidate]
    expected = np.zeros(len(candidate), dtype=bool)
    expected[candidate] = [
        (truth == r).sum() > 1 or (track == c).sum() > 1 for r, c in zip(truth, track, strict=True)
    ]
    assert 0 < expected.sum() < candidate.sum()
    np.testing.assert_array_equal(contested(comparison, candidate), expected)
