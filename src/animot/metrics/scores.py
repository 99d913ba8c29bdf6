"""Scores: everything counted on one or more sequences."""

from dataclasses import dataclass

from animot.metrics.clear import ClearCounts
from animot.metrics.counts import Counts, Number
from animot.metrics.hota import HotaCounts
from animot.metrics.identity import IdentityCounts
from animot.metrics.table import render_rows, row_of


@dataclass(frozen=True, kw_only=True, eq=False)
class SizeCounts(Counts):
    """How much was scored: frames, boxes and identities, after preprocessing."""

    frames: int
    truth_boxes: int
    track_boxes: int
    truth_identities: int
    track_identities: int

    def as_dict(self) -> dict[str, Number]:
        """Every number under TrackEval's name."""
        return {
            "Dets": self.track_boxes,
            "GT_Dets": self.truth_boxes,
            "IDs": self.track_identities,
            "GT_IDs": self.truth_identities,
            "Frames": self.frames,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores(Counts):
    """Scores of one sequence, or of several: `a + b` is their overall score.

    They are kept as counts. `scores["MOTA"]` gives one number under TrackEval's name, `as_dict()`
    all of them, and `print(scores)` the table that papers print.

    Attributes
    ----------
    hota, clear, identity : counts of the three families.
    sizes : frames, boxes and identities scored.
    """

    hota: HotaCounts
    clear: ClearCounts
    identity: IdentityCounts
    sizes: SizeCounts

    def as_dict(self) -> dict[str, Number]:
        """All scores under TrackEval's names, ratios as fractions, counts as whole numbers."""
        families = (self.hota, self.clear, self.identity, self.sizes)
        return {name: value for family in families for name, value in family.as_dict().items()}

    def __getitem__(self, name: str) -> Number:
        return self.as_dict()[name]

    def __str__(self) -> str:
        return render_rows([row_of("", self.as_dict())])
