"""The boxes of one track, taken out of those of all."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from animot.tracks import Tracks


@dataclass(frozen=True, kw_only=True, eq=False)
class TrackRows:
    """All boxes of one identity, in the order of time.

    Attributes
    ----------
    track_id : the identity.
    frame : 0-based frame of each box, increasing; at least one.
    box : xyxy in pixels.
    confidence : in [0, 1].
    """

    track_id: int
    frame: Int[np.ndarray, " N"]
    box: Float[np.ndarray, "N 4"]
    confidence: Float[np.ndarray, " N"]

    @property
    def first(self) -> int:
        """Frame of the first box."""
        return int(self.frame[0])

    @property
    def last(self) -> int:
        """Frame of the last box."""
        return int(self.frame[-1])

    def spells(self, chosen: Bool[np.ndarray, " N"]) -> list[tuple[int, int]]:
        """First and last row of each run of chosen boxes in consecutive frames."""
        rows = np.flatnonzero(chosen)
        if len(rows) == 0:
            return []
        breaks = np.flatnonzero((np.diff(rows) > 1) | (np.diff(self.frame[rows]) > 1))
        begins = rows[np.concatenate([[0], breaks + 1])]
        ends = rows[np.concatenate([breaks, [len(rows) - 1]])]
        return list(zip(begins.tolist(), ends.tolist(), strict=True))


def rows_of_tracks(tracks: Tracks) -> list[TrackRows]:
    """All tracks, by the frame of their first box, then by identity."""
    if len(tracks) == 0:
        return []
    order = np.lexsort((tracks.frame, tracks.track_id))
    ids, starts = np.unique(tracks.track_id[order], return_index=True)
    found = [
        TrackRows(
            track_id=int(track_id),
            frame=tracks.frame[rows],
            box=tracks.box[rows],
            confidence=tracks.confidence[rows],
        )
        for track_id, rows in zip(ids, np.split(order, starts[1:]), strict=True)
    ]
    return sorted(found, key=lambda rows: (rows.first, rows.track_id))
