"""One-to-one matching of truth and tracks within each frame.

In most frames the best matching is plain to see. Only the others are given to the assignment
solver, each as a whole: among equally good matchings it then chooses as it does in TrackEval.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import linear_sum_assignment

from animot.metrics.overlap import Comparison, FrameRows

TIE = 1e-6  # scores that differ by less, relatively, are left to the solver


@dataclass(frozen=True, kw_only=True, eq=False)
class Contest:
    """A frame whose best matching is not plain to see.

    Attributes
    ----------
    pairs : where the frame's pairs stand among all pairs.
    truth, track : position of each of these pairs' boxes within the frame.
    shape : boxes of truth and of tracks in the frame.
    """

    pairs: slice
    truth: Int[np.ndarray, " P"]
    track: Int[np.ndarray, " P"]
    shape: tuple[int, int]

    def settle(self, score: Float[np.ndarray, " P"]) -> Bool[np.ndarray, " P"]:
        """Match so that the total score is highest; pairs of score 0 are left out."""
        scores = np.zeros(self.shape)
        scores[self.truth, self.track] = score
        chosen = np.zeros(self.shape, dtype=bool)
        chosen[linear_sum_assignment(scores, maximize=True)] = True
        matched: np.ndarray = chosen[self.truth, self.track] & (score > 0)
        return matched


def match(comparison: Comparison, score: Float[np.ndarray, " P"]) -> Bool[np.ndarray, " P"]:
    """Match one to one so that in each frame the total score is highest.

    Parameters
    ----------
    comparison : the pairs.
    score : of each pair, at least 0; pairs of score 0 are not matched.
    """
    matched, undecided = _decide(comparison, score)
    for contest in contests(comparison, undecided):
        matched[contest.pairs] = contest.settle(score[contest.pairs])
    return matched


def contested(comparison: Comparison, candidate: Bool[np.ndarray, " P"]) -> Bool[np.ndarray, " P"]:
    """Find the candidate pairs that share a box with another candidate."""
    truth, track = comparison.pair_truth, comparison.pair_track
    of_truth = np.bincount(truth[candidate], minlength=len(comparison.truth_frame))
    of_track = np.bincount(track[candidate], minlength=len(comparison.track_frame))
    found: np.ndarray = candidate & ((of_truth[truth] > 1) | (of_track[track] > 1))
    return found


def contests(comparison: Comparison, undecided: Bool[np.ndarray, " P"]) -> Iterator[Contest]:
    """Go through the frames that have undecided pairs, in order."""
    truth, track = comparison.pair_truth, comparison.pair_track
    pair_frame = comparison.truth_frame[truth]
    frames = np.unique(pair_frame[undecided])
    pair_rows = FrameRows.find(pair_frame, frames).as_slices()
    truth_rows = FrameRows.find(comparison.truth_frame, frames).as_slices()
    track_rows = FrameRows.find(comparison.track_frame, frames).as_slices()
    for pairs, truths, tracks in zip(pair_rows, truth_rows, track_rows, strict=True):
        yield Contest(
            pairs=pairs,
            truth=truth[pairs] - truths.start,
            track=track[pairs] - tracks.start,
            shape=(truths.stop - truths.start, tracks.stop - tracks.start),
        )


def _decide(
    comparison: Comparison, score: Float[np.ndarray, " P"]
) -> tuple[Bool[np.ndarray, " P"], Bool[np.ndarray, " P"]]:
    """Match what every best matching contains; what is left undecided needs the solver.

    A matching without the pair (a, b) gives a and b to rivals at best. Where the pair scores more
    than all rivals of a and of b together, putting it in their place is better still.
    """
    matched = np.zeros(len(score), dtype=bool)
    left = np.flatnonzero(score > 0)
    while len(left):
        truth, track, value = comparison.pair_truth[left], comparison.pair_track[left], score[left]
        total = np.bincount(truth, value)[truth] + np.bincount(track, value)[track]
        won = (3 - TIE) * value > total  # value > (of_truth - value) + (of_track - value)
        if not won.any():
            break
        matched[left[won]] = True
        taken_truth = np.bincount(truth[won], minlength=len(comparison.truth_frame)) > 0
        taken_track = np.bincount(track[won], minlength=len(comparison.track_frame)) > 0
        left = left[~(taken_truth[truth] | taken_track[track])]
    undecided = np.zeros(len(score), dtype=bool)
    undecided[left] = True
    return matched, undecided
