"""Truth: ground truth, and which of its boxes a benchmark scores."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from animot.errors import InputError
from animot.tracks import Tracks


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """Ground truth of one sequence.

    Attributes
    ----------
    tracks : every annotated box, those that do not count included.
    counts : whether each box counts; column 7 of a MOTChallenge file.
    class_id : class of each box, 1 to 13 as in MOT16, MOT17 and MOT20 (1 is a pedestrian),
        or None where the file has no classes.
    visibility : visible part of each box, in [0, 1], or None where it is not known; readers of
        files leave it out.
    """

    tracks: Tracks
    counts: Bool[np.ndarray, " N"]
    class_id: Int[np.ndarray, " N"] | None = None
    visibility: Float[np.ndarray, " N"] | None = None

    def __post_init__(self) -> None:
        """Refuse columns that do not belong to the tracks."""
        for column in (self.counts, self.class_id, self.visibility):
            if column is not None and len(column) != len(self.tracks):
                raise InputError(
                    f"{len(self.tracks)} boxes, but {len(column)} marks of them; "
                    "give one for each box, in the order of the tracks"
                )

    def __len__(self) -> int:
        return len(self.tracks)

    def between(self, first: int, last: int) -> "Truth":
        """Truth of the 0-based frames first to last, both included, counted from 0 again."""
        kept = (self.tracks.frame >= first) & (self.tracks.frame <= last)
        return Truth(
            tracks=self.tracks.between(first, last),
            counts=self.counts[kept],
            class_id=None if self.class_id is None else self.class_id[kept],
            visibility=None if self.visibility is None else self.visibility[kept],
        )
