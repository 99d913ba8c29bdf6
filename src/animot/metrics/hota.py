"""HOTA (Luiten et al., 2021): detection and association, over 19 localisation thresholds."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from animot.metrics.counts import Counts, Number
from animot.metrics.matching import match
from animot.metrics.overlap import EPS, Comparison

ALPHAS = np.arange(0.05, 0.99, 0.05)


@dataclass(frozen=True, kw_only=True, eq=False)
class HotaCounts(Counts):
    """Counts of one or more sequences, each for every alpha of `ALPHAS`.

    Attributes
    ----------
    tp, fn, fp : matched pairs, missed boxes of truth, boxes of tracks that match nothing.
    iou_sum : of the matched pairs.
    association, association_recall, association_precision : of the matched pairs, summed.
    """

    tp: Int[np.ndarray, "19"]
    fn: Int[np.ndarray, "19"]
    fp: Int[np.ndarray, "19"]
    iou_sum: Float[np.ndarray, "19"]
    association: Float[np.ndarray, "19"]
    association_recall: Float[np.ndarray, "19"]
    association_precision: Float[np.ndarray, "19"]

    def curves(self) -> dict[str, Float[np.ndarray, "19"]]:
        """Scores for each alpha, as fractions, under TrackEval's names."""
        pairs = np.maximum(1, self.tp)
        curves = {
            "DetA": self.tp / np.maximum(1, self.tp + self.fn + self.fp),
            "AssA": self.association / pairs,
            "DetRe": self.tp / np.maximum(1, self.tp + self.fn),
            "DetPr": self.tp / np.maximum(1, self.tp + self.fp),
            "AssRe": self.association_recall / pairs,
            "AssPr": self.association_precision / pairs,
            "LocA": np.where(self.tp > 0, self.iou_sum / pairs, 1.0),
        }
        curves["HOTA"] = np.sqrt(curves["DetA"] * curves["AssA"])
        curves["OWTA"] = np.sqrt(curves["DetRe"] * curves["AssA"])
        return curves

    def as_dict(self) -> dict[str, Number]:
        """Means over the alphas and values at the lowest one, under TrackEval's names."""
        curves = self.curves()
        names = ("HOTA", "DetA", "AssA", "DetRe", "DetPr", "AssRe", "AssPr", "LocA", "OWTA")
        means: dict[str, Number] = {name: float(curves[name].mean()) for name in names}
        hota, loca = float(curves["HOTA"][0]), float(curves["LocA"][0])
        return means | {"HOTA(0)": hota, "LocA(0)": loca, "HOTALocA(0)": hota * loca}


@dataclass(frozen=True, kw_only=True, eq=False)
class IdentityPairs:
    """The pairs of a true identity and one of the tracks that overlap in some frame.

    Attributes
    ----------
    of_pair : which of them each pair of boxes belongs to.
    truth_length, track_length : boxes of both identities in the whole sequence.
    """

    of_pair: Int[np.ndarray, " P"]
    truth_length: Int[np.ndarray, " K"]
    track_length: Int[np.ndarray, " K"]

    @classmethod
    def find(cls, comparison: Comparison) -> "IdentityPairs":
        """Find the identity pairs of a comparison."""
        truth_id = comparison.truth_id[comparison.pair_truth]
        track_id = comparison.track_id[comparison.pair_track]
        keys = truth_id * comparison.num_tracks + track_id
        keys, of_pair = np.unique(keys, return_inverse=True)
        truth_id, track_id = np.divmod(keys, max(1, comparison.num_tracks))
        return cls(
            of_pair=of_pair,
            truth_length=comparison.truth_lengths[truth_id],
            track_length=comparison.track_lengths[track_id],
        )


def hota(comparison: Comparison) -> HotaCounts:
    """Count one sequence."""
    identities = IdentityPairs.find(comparison)
    matched = match(comparison, _alignment(comparison, identities) * comparison.pair_iou)
    iou = comparison.pair_iou[matched]
    of_pair = identities.of_pair[matched]
    hits = [iou >= alpha - EPS for alpha in ALPHAS]
    sums = np.array([_association_sums(identities, of_pair[hit]) for hit in hits])
    tp = np.array([hit.sum() for hit in hits])
    return HotaCounts(
        tp=tp,
        fn=len(comparison.truth_frame) - tp,
        fp=len(comparison.track_frame) - tp,
        iou_sum=np.array([iou[hit].sum() for hit in hits]),
        association=sums[:, 0],
        association_recall=sums[:, 1],
        association_precision=sums[:, 2],
    )


def _alignment(comparison: Comparison, identities: IdentityPairs) -> Float[np.ndarray, " P"]:
    """How well the identities of each pair fit over the whole sequence, in [0, 1]."""
    iou = comparison.pair_iou
    of_truth = np.bincount(comparison.pair_truth, iou, len(comparison.truth_frame))
    of_track = np.bincount(comparison.pair_track, iou, len(comparison.track_frame))
    rivals = of_truth[comparison.pair_truth] + of_track[comparison.pair_track] - iou
    together = np.bincount(identities.of_pair, iou / rivals, len(identities.truth_length))
    either = identities.truth_length + identities.track_length - together
    alignment: np.ndarray = (together / either)[identities.of_pair]
    return alignment


def _association_sums(
    identities: IdentityPairs, of_match: Int[np.ndarray, " M"]
) -> tuple[float, float, float]:
    """Association, its recall and its precision, summed over the matches."""
    together = np.bincount(of_match, minlength=len(identities.truth_length))
    either = identities.truth_length + identities.track_length - together
    squared = together.astype(np.float64) ** 2
    return (
        float((squared / np.maximum(1, either)).sum()),
        float((squared / identities.truth_length).sum()),
        float((squared / identities.track_length).sum()),
    )
