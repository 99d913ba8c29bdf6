"""Which boxes of truth and tracks overlap, frame by frame, kept as a sparse list of pairs.

Most pairs of a frame do not overlap. Everything after this module works on the pairs that do,
so memory follows the number of boxes, not (boxes of truth) x (boxes of tracks).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from animot.tracks import Tracks

EPS = float(np.finfo(np.float64).eps)  # thresholds are met a rounding error early, as in TrackEval
PAIRS_AT_ONCE = 1 << 16  # pairs whose overlap is computed in one go: 0.5 MB an array, in the cache


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Truth and tracks of one sequence, and the pairs of them that overlap.

    Rows of truth and of tracks are sorted by frame, pairs by row of truth, then row of tracks.

    Attributes
    ----------
    num_frames : frames in the sequence, those without a box included.
    truth_frame, track_frame : 0-based frame of each box.
    truth_id, track_id : identity of each box, numbered from 0 without gaps.
    pair_truth, pair_track : rows of truth and of tracks that overlap.
    pair_iou : their intersection over union, above 0.
    """

    num_frames: int
    truth_frame: Int[np.ndarray, " G"]
    truth_id: Int[np.ndarray, " G"]
    track_frame: Int[np.ndarray, " N"]
    track_id: Int[np.ndarray, " N"]
    pair_truth: Int[np.ndarray, " P"]
    pair_track: Int[np.ndarray, " P"]
    pair_iou: Float[np.ndarray, " P"]

    @property
    def num_truths(self) -> int:
        """Identities of the truth."""
        return int(self.truth_id.max(initial=-1)) + 1

    @property
    def num_tracks(self) -> int:
        """Identities of the tracks."""
        return int(self.track_id.max(initial=-1)) + 1

    @property
    def truth_lengths(self) -> Int[np.ndarray, " I"]:
        """Boxes of each identity of the truth."""
        return np.bincount(self.truth_id)

    @property
    def track_lengths(self) -> Int[np.ndarray, " J"]:
        """Boxes of each identity of the tracks."""
        return np.bincount(self.track_id)

    def keep(
        self, truth_kept: Bool[np.ndarray, " G"], track_kept: Bool[np.ndarray, " N"]
    ) -> "Comparison":
        """Leave out the other boxes and number the identities anew."""
        pairs = truth_kept[self.pair_truth] & track_kept[self.pair_track]
        return Comparison(
            num_frames=self.num_frames,
            truth_frame=self.truth_frame[truth_kept],
            truth_id=_numbered(self.truth_id[truth_kept]),
            track_frame=self.track_frame[track_kept],
            track_id=_numbered(self.track_id[track_kept]),
            pair_truth=(np.cumsum(truth_kept) - 1)[self.pair_truth[pairs]],
            pair_track=(np.cumsum(track_kept) - 1)[self.pair_track[pairs]],
            pair_iou=self.pair_iou[pairs],
        )


def compare(truth: Tracks, tracks: Tracks) -> Comparison:
    """Find the pairs of boxes that overlap."""
    pairs = list(_pairs(truth, tracks))
    no_rows, no_ious = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Comparison(
        num_frames=max(truth.num_frames, tracks.num_frames),
        truth_frame=truth.frame,
        truth_id=_numbered(truth.track_id),
        track_frame=tracks.frame,
        track_id=_numbered(tracks.track_id),
        pair_truth=np.concatenate([no_rows, *(rows for rows, _, _ in pairs)]),
        pair_track=np.concatenate([no_rows, *(rows for _, rows, _ in pairs)]),
        pair_iou=np.concatenate([no_ious, *(ious for _, _, ious in pairs)]),
    )


def _numbered(identities: Int[np.ndarray, " N"]) -> Int[np.ndarray, " N"]:
    return np.unique(identities, return_inverse=True)[1]


def _pairs(truth: Tracks, tracks: Tracks) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Rows of truth, rows of tracks and IoU of the overlapping pairs, some frames at a time."""
    frames = np.intersect1d(truth.frame, tracks.frame)
    truth_rows = FrameRows.find(truth.frame, frames)
    track_rows = FrameRows.find(tracks.frame, frames)
    widest = truth_rows.count.max(initial=0) * track_rows.count.max(initial=0)
    step = max(1, PAIRS_AT_ONCE // max(1, int(widest)))
    for first in range(0, len(frames), step):
        some = slice(first, first + step)
        yield _pairs_of_frames(truth, tracks, truth_rows[some], track_rows[some])


def _pairs_of_frames(
    truth: Tracks, tracks: Tracks, truth_rows: "FrameRows", track_rows: "FrameRows"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a = truth_rows.padded(truth.box)[:, :, None]  # F A 1 4
    b = track_rows.padded(tracks.box)[:, None]  # F 1 B 4
    meet = (a[..., 0] < b[..., 2]) & (b[..., 0] < a[..., 2])
    meet &= (a[..., 1] < b[..., 3]) & (b[..., 1] < a[..., 3])
    frame, nth_truth, nth_track = np.nonzero(meet)
    truth_row = truth_rows.first[frame] + nth_truth
    track_row = track_rows.first[frame] + nth_track
    iou = _iou_of_rows(truth.box[truth_row], tracks.box[track_row])
    kept = iou > 0
    return truth_row[kept], track_row[kept], iou[kept]


def _iou_of_rows(
    a: Float[np.ndarray, "P 4"], b: Float[np.ndarray, "P 4"]
) -> Float[np.ndarray, " P"]:
    """Intersection over union of each row of a with the same row of b."""
    a, b = a.astype(np.float64).T, b.astype(np.float64).T
    width = np.minimum(a[2], b[2]) - np.maximum(a[0], b[0])
    height = np.minimum(a[3], b[3]) - np.maximum(a[1], b[1])
    area_a = (a[2] - a[0]) * (a[3] - a[1])
    area_b = (b[2] - b[0]) * (b[3] - b[1])
    shared = width * height
    # boxes of negative size, or smaller than a rounding error, overlap nothing
    sound = (width > 0) & (height > 0) & (area_a > EPS) & (area_b > EPS)
    union = area_a + area_b - shared
    iou: np.ndarray = np.divide(shared, union, out=np.zeros(len(sound)), where=sound)
    return iou


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameRows:
    """Where the rows of some frames stand in a list sorted by frame.

    Attributes
    ----------
    first : first row of each frame.
    count : rows of each frame.
    """

    first: Int[np.ndarray, " F"]
    count: Int[np.ndarray, " F"]

    @classmethod
    def find(cls, frame: Int[np.ndarray, " N"], frames: Int[np.ndarray, " F"]) -> "FrameRows":
        """Rows of the frames in the sorted column `frame`."""
        first = np.searchsorted(frame, frames)
        return cls(first=first, count=np.searchsorted(frame, frames, side="right") - first)

    def __getitem__(self, frames: slice) -> "FrameRows":
        return FrameRows(first=self.first[frames], count=self.count[frames])

    def as_slices(self) -> list[slice]:
        """Give the rows of each frame as a slice."""
        return list(map(slice, self.first.tolist(), (self.first + self.count).tolist()))

    def padded(self, boxes: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "F A 4"]:
        """Boxes of the frames side by side; nan, which meets nothing, fills up shorter frames."""
        grid = np.arange(self.count.max())
        filled = grid < self.count[:, None]  # F A
        padded = np.full((*filled.shape, 4), np.nan)
        padded[filled] = boxes[(self.first[:, None] + grid)[filled]]
        return padded
