"""A video's tracks in numbers, and each track in a line."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from animot.report.doubt_signs import SURE
from animot.report.track_rows import TrackRows
from animot.tracks import Tracks

FINEST = 1 / 1500
"""Parts of the whole video that are shorter cannot be seen in a line of the time."""


@dataclass(frozen=True, kw_only=True)
class TrackLine:
    """One track, for a line in time and a row in a table.

    Attributes
    ----------
    track_id : the identity.
    first, last : 0-based frames.
    num_boxes : frames in which it is reported.
    confidence : mean.
    present : (first, last) frames of the spells in which it is reported; those that are hardly
        apart are one.
    faint : those in which its confidence is below `SURE`.
    """

    track_id: int
    first: int
    last: int
    num_boxes: int
    confidence: float
    present: tuple[tuple[int, int], ...]
    faint: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """A video's tracks in numbers.

    Attributes
    ----------
    num_frames, num_tracks, num_boxes : in all.
    mean_objects, most_objects : at a time.
    median_seconds : that a track lasts, from its first box to its last; 0 where there is none.
    """

    num_frames: int
    num_tracks: int
    num_boxes: int
    mean_objects: float
    most_objects: int
    median_seconds: float


def track_line(track: TrackRows, num_frames: int) -> TrackLine:
    """The track in a line."""
    finest = round(FINEST * num_frames)
    return TrackLine(
        track_id=track.track_id,
        first=track.first,
        last=track.last,
        num_boxes=len(track.frame),
        confidence=float(track.confidence.mean()),
        present=_frames_of(track, track.spells(np.ones(len(track.frame), dtype=bool)), finest),
        faint=_frames_of(track, track.spells(track.confidence < SURE), finest),
    )


def _frames_of(
    track: TrackRows, spells: list[tuple[int, int]], finest: int
) -> tuple[tuple[int, int], ...]:
    """The spells in frames; those that are no more than `finest` frames apart are joined."""
    joined: list[tuple[int, int]] = []
    for begin, end in spells:
        first, last = int(track.frame[begin]), int(track.frame[end])
        if joined and first - joined[-1][1] - 1 <= finest:
            first = joined.pop()[0]
        joined.append((first, last))
    return tuple(joined)


def objects_per_frame(tracks: Tracks) -> Int[np.ndarray, " T"]:
    """Number of boxes in each frame."""
    return np.bincount(tracks.frame, minlength=tracks.num_frames)


def counts_of(tracks: Tracks, rows: list[TrackRows], fps: float) -> Counts:
    """The tracks in numbers."""
    objects = objects_per_frame(tracks)
    seconds = [(track.last - track.first + 1) / fps for track in rows]
    return Counts(
        num_frames=tracks.num_frames,
        num_tracks=len(rows),
        num_boxes=len(tracks),
        mean_objects=float(objects.mean()) if len(objects) else 0.0,
        most_objects=int(objects.max(initial=0)),
        median_seconds=float(np.median(seconds)) if seconds else 0.0,
    )
