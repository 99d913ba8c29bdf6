"""CLEAR MOT (Bernardin and Stiefelhagen, 2008), counted as TrackEval counts it.

In each frame truth and tracks are matched one to one: a pair needs an IoU of the threshold, a
pair of the frame before is kept before any other is made, and then the sum of IoU is largest.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from animot.metrics.counts import Counts, Number, ratio
from animot.metrics.matching import contested, contests
from animot.metrics.overlap import EPS, Comparison

FAITHFUL = 1000.0  # what keeping a pair is worth against IoU, which is at most 1 a pair


@dataclass(frozen=True, kw_only=True, eq=False)
class ClearCounts(Counts):
    """Counts of one or more sequences.

    Attributes
    ----------
    tp : matched pairs; fn : missed boxes of truth; fp : boxes of tracks that match nothing.
    switches : matches to another identity than the one before, however long ago (IDSW).
    fragments : times that the truth is taken up again after a break (Frag).
    mostly_tracked : true identities matched in more than 80 % of their frames (MT).
    partly_tracked : in 20 % to 80 % (PT).
    mostly_lost : in less than 20 % (ML).
    iou_sum : of the matched pairs.
    frames : frames in the sequence, those without a box included.
    """

    tp: int
    fn: int
    fp: int
    switches: int
    fragments: int
    mostly_tracked: int
    partly_tracked: int
    mostly_lost: int
    iou_sum: float
    frames: int

    def as_dict(self) -> dict[str, Number]:
        """Every number under TrackEval's name, ratios as fractions."""
        truth, tracks = self.tp + self.fn, self.tp + self.fp
        identities = self.mostly_tracked + self.partly_tracked + self.mostly_lost
        log_switches = math.log10(self.switches) if self.switches else 0.0
        return {
            "MOTA": ratio(self.tp - self.fp - self.switches, truth),
            "MOTP": ratio(self.iou_sum, self.tp),
            "MODA": ratio(self.tp - self.fp, truth),
            "CLR_Re": ratio(self.tp, truth),
            "CLR_Pr": ratio(self.tp, tracks),
            "MTR": ratio(self.mostly_tracked, identities),
            "PTR": ratio(self.partly_tracked, identities),
            "MLR": ratio(self.mostly_lost, identities),
            "sMOTA": ratio(self.iou_sum - self.fp - self.switches, truth),
            "CLR_F1": ratio(self.tp, (truth + tracks) / 2),
            "FP_per_frame": ratio(self.fp, self.frames),
            "MOTAL": ratio(self.tp - self.fp - log_switches, truth),
            "MOTP_sum": self.iou_sum,
            "CLR_TP": self.tp,
            "CLR_FN": self.fn,
            "CLR_FP": self.fp,
            "IDSW": self.switches,
            "MT": self.mostly_tracked,
            "PT": self.partly_tracked,
            "ML": self.mostly_lost,
            "Frag": self.fragments,
            "CLR_Frames": self.frames,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameCounts(Counts):
    """What `ClearCounts` counts, frame by frame.

    Attributes
    ----------
    tp, fn, fp, switches : as there; a switch belongs to the frame with the new identity.
    """

    tp: Int[np.ndarray, " T"]
    fn: Int[np.ndarray, " T"]
    fp: Int[np.ndarray, " T"]
    switches: Int[np.ndarray, " T"]


def clear_by_frame(comparison: Comparison, threshold: Number) -> FrameCounts:
    """Count one sequence, each frame by itself; the sums are those of `clear`."""
    matched = _match(comparison, threshold, _previous_rows(comparison))
    partner = _partners(comparison, matched)

    def count(frames: Int[np.ndarray, " N"]) -> Int[np.ndarray, " T"]:
        return np.bincount(frames, minlength=comparison.num_frames)

    tp = count(comparison.truth_frame[partner >= 0])
    return FrameCounts(
        tp=tp,
        fn=count(comparison.truth_frame) - tp,
        fp=count(comparison.track_frame) - tp,
        switches=count(comparison.truth_frame[_switched_rows(comparison, partner)]),
    )


def clear(comparison: Comparison, threshold: Number) -> ClearCounts:
    """Count one sequence; the threshold is the IoU a match needs, in (0, 1]."""
    previous = _previous_rows(comparison)
    matched = _match(comparison, threshold, previous)
    partner = _partners(comparison, matched)
    tp = int(matched.sum())
    share = np.bincount(comparison.truth_id[partner >= 0], minlength=comparison.num_truths)
    share = share / comparison.truth_lengths
    most, some = int((share > 0.8).sum()), int((share >= 0.2).sum())
    return ClearCounts(
        tp=tp,
        fn=len(comparison.truth_frame) - tp,
        fp=len(comparison.track_frame) - tp,
        switches=len(_switched_rows(comparison, partner)),
        fragments=_fragments(comparison, partner, previous),
        mostly_tracked=most,
        partly_tracked=some - most,
        mostly_lost=len(share) - some,
        iou_sum=float(comparison.pair_iou[matched].sum()),
        frames=comparison.num_frames,
    )


def _previous_rows(comparison: Comparison) -> Int[np.ndarray, " G"]:
    """Row of the same true identity in the frame before, or -1.

    Frames without any box of truth or without any box of tracks are skipped, as in TrackEval.
    """
    frames = np.intersect1d(comparison.truth_frame, comparison.track_frame)
    rows = np.flatnonzero(np.isin(comparison.truth_frame, frames))
    rows = rows[np.argsort(comparison.truth_id[rows], kind="stable")]  # by identity, then frame
    nth_frame = np.searchsorted(frames, comparison.truth_frame[rows])
    follows = (np.diff(comparison.truth_id[rows]) == 0) & (np.diff(nth_frame) == 1)
    previous = np.full(len(comparison.truth_frame), -1)
    previous[rows[1:][follows]] = rows[:-1][follows]
    return previous


def _match(
    comparison: Comparison, threshold: Number, previous: Int[np.ndarray, " G"]
) -> Bool[np.ndarray, " P"]:
    close = comparison.pair_iou >= threshold - EPS
    matched = close.copy()
    partner = _partners(comparison, matched)  # final in the frames that are not contested
    for contest in contests(comparison, contested(comparison, close)):
        truth = comparison.pair_truth[contest.pairs]
        track_id = comparison.track_id[comparison.pair_track[contest.pairs]]
        kept = (previous[truth] >= 0) & (partner[previous[truth]] == track_id)
        score = (comparison.pair_iou[contest.pairs] + FAITHFUL * kept) * close[contest.pairs]
        won = contest.settle(score)
        matched[contest.pairs] = won
        partner[truth] = -1
        partner[truth[won]] = track_id[won]
    return matched


def _partners(comparison: Comparison, matched: Bool[np.ndarray, " P"]) -> Int[np.ndarray, " G"]:
    """Identity that each box of truth is matched to, or -1."""
    partner = np.full(len(comparison.truth_frame), -1)
    partner[comparison.pair_truth[matched]] = comparison.track_id[comparison.pair_track[matched]]
    return partner


def _switched_rows(comparison: Comparison, partner: Int[np.ndarray, " G"]) -> Int[np.ndarray, " S"]:
    """Boxes of truth that are matched to another identity than the one before."""
    rows = np.flatnonzero(partner >= 0)
    rows = rows[np.argsort(comparison.truth_id[rows], kind="stable")]
    same_truth = np.diff(comparison.truth_id[rows]) == 0
    return rows[1:][same_truth & (np.diff(partner[rows]) != 0)]


def _fragments(
    comparison: Comparison, partner: Int[np.ndarray, " G"], previous: Int[np.ndarray, " G"]
) -> int:
    tracked = partner >= 0
    taken_up = tracked & ~((previous >= 0) & tracked[previous])
    pieces = np.bincount(comparison.truth_id[taken_up])
    return int(np.maximum(pieces - 1, 0).sum())
