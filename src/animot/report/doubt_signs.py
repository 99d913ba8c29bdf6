"""Signs that a tracker may be wrong, found in its tracks alone: no ground truth is needed.

Each sign has a severity that grows from 0 to 1, which it reaches where it can hardly be worse;
what that is stands beside each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from animot.boxes import xyxy_to_cxcywh
from animot.metrics.overlap import compare
from animot.report.track_rows import TrackRows
from animot.tracks import Tracks

SURE = 0.5
"""Confidence below which the trackers of animot report an object as hidden."""

LONG_SECONDS = 1.0
"""To be faint or unseen for so long is as bad as it gets."""

SHORT_SECONDS = 0.5
"""A track that lasts less is short."""

INSIDE = 0.25
"""So far from the border, in shorter sides of the picture, nothing can have come or gone."""

LEAST_JUMP = 0.5
"""Least distance to where a track was heading that is a jump, in its own size; at 1 it is bad."""

LEAST_GROWTH = 1.5
"""Least factor of the area from one frame to the next that is a jump; at 2.5 it is bad."""

LEAST_OVERLAP = 0.2
"""Least intersection over union of two tracks that meet."""


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A place where the tracker may be wrong.

    Attributes
    ----------
    track_id : the track in question.
    frame : 0-based, where to look.
    reason : in words.
    severity : from 0 to 1.
    other_id : the other track that takes part, or None.
    """

    track_id: int
    frame: int
    reason: str
    severity: float
    other_id: int | None = None


def faint_spells(track: TrackRows, fps: float) -> Iterator[Doubt]:
    """Where the confidence is below `SURE`: the object is hidden, or may not be there."""
    for begin, end in track.spells(track.confidence < SURE):
        faintest = begin + int(np.argmin(track.confidence[begin : end + 1]))
        length = end - begin + 1
        yield Doubt(
            track_id=track.track_id,
            frame=int(track.frame[faintest]),
            reason=f"confidence falls to {track.confidence[faintest]:.2f} ({_frames(length)})",
            severity=min(1.0, length / fps / LONG_SECONDS),
        )


def gaps(track: TrackRows, fps: float) -> Iterator[Doubt]:
    """Where it is not seen for a while and then found again."""
    for row in np.flatnonzero(np.diff(track.frame) > 1).tolist():
        unseen = int(track.frame[row + 1] - track.frame[row]) - 1
        yield Doubt(
            track_id=track.track_id,
            frame=int(track.frame[row + 1]),
            reason=f"found again after {_frames(unseen)} unseen",
            severity=min(1.0, unseen / fps / LONG_SECONDS),
        )


def shortness(track: TrackRows, fps: float, num_frames: int) -> Iterator[Doubt]:
    """A track that begins and ends within a blink, and not with the video."""
    length = track.last - track.first + 1
    cut_off = track.first == 0 or track.last == num_frames - 1
    if length < SHORT_SECONDS * fps and not cut_off:
        yield Doubt(
            track_id=track.track_id,
            frame=track.first,
            reason=f"lasts only {_frames(length)}",
            severity=1 - length / fps / SHORT_SECONDS,
        )


def ends_inside(
    track: TrackRows, fps: float, num_frames: int, size: tuple[int, int]
) -> Iterator[Doubt]:
    """A track that appears or disappears far from the border of a picture of (height, width)."""
    # In its first moments a tracker finds what is already there.
    if track.first >= SHORT_SECONDS * fps:
        yield from _end_inside(track, 0, "appears", size)
    if track.last < num_frames - 1:
        yield from _end_inside(track, -1, "disappears", size)


def _end_inside(track: TrackRows, row: int, what: str, size: tuple[int, int]) -> Iterator[Doubt]:
    left, top, right, bottom = track.box[row].tolist()
    height, width = size
    distance = min(left, top, width - right, height - bottom) / min(size)
    # An object that enters is reported once it can be seen, by then up to its own size away.
    own = min(right - left, bottom - top) / min(size)
    if distance > own / 2:
        yield Doubt(
            track_id=track.track_id,
            frame=int(track.frame[row]),
            reason=f"{what} inside the picture",
            severity=min(1.0, distance / INSIDE),
        )


def jumps(track: TrackRows) -> Iterator[Doubt]:
    """Where it leaves its course by much of its own size from one frame to the next."""
    cxcywh = xyxy_to_cxcywh(track.box.astype(np.float64))
    steps = np.diff(track.frame)
    velocity = np.diff(cxcywh[:, :2], axis=0) / steps[:, None]
    aside = np.linalg.norm(velocity[1:] - velocity[:-1], axis=1) * steps[1:]
    own = np.sqrt(np.maximum(cxcywh[1:-1, 2] * cxcywh[1:-1, 3], 1.0))
    for row in _peaks(aside / own, LEAST_JUMP):
        yield Doubt(
            track_id=track.track_id,
            frame=int(track.frame[row + 2]),
            reason=f"leaves its course by {aside[row]:.0f} pixels at once",
            severity=min(1.0, float(aside[row] / own[row])),
        )


def growth(track: TrackRows) -> Iterator[Doubt]:
    """Where its area changes by much from one frame to the next."""
    cxcywh = xyxy_to_cxcywh(track.box.astype(np.float64))
    area = np.maximum(cxcywh[:, 2] * cxcywh[:, 3], 1.0)
    factor = np.exp(np.abs(np.diff(np.log(area))))
    for row in _peaks(factor, LEAST_GROWTH):
        word = "grows" if area[row + 1] > area[row] else "shrinks"
        yield Doubt(
            track_id=track.track_id,
            frame=int(track.frame[row + 1]),
            reason=f"{word} by {factor[row]:.1f} times at once",
            severity=min(1.0, float(factor[row] - 1) / 1.5),
        )


def _peaks(values: Float[np.ndarray, " N"], least: float) -> list[int]:
    """Positions of the largest value of each run that is above `least`."""
    above = np.concatenate([[False], values > least, [False]])
    begins = np.flatnonzero(above[1:] & ~above[:-1])
    ends = np.flatnonzero(~above[1:] & above[:-1])
    return [
        int(begin + np.argmax(values[begin:end])) for begin, end in zip(begins, ends, strict=True)
    ]


def meetings(tracks: Tracks) -> list[Doubt]:
    """Where two tracks overlap and may change places, once for each time that they meet."""
    found = compare(tracks, tracks)
    met = (found.pair_truth < found.pair_track) & (found.pair_iou >= LEAST_OVERLAP)
    a, b, iou = found.pair_truth[met], found.pair_track[met], found.pair_iou[met]
    frame, elder, younger = tracks.frame[a], tracks.track_id[a], tracks.track_id[b]
    order = np.lexsort((frame, younger, elder))
    frame, elder, younger, iou = frame[order], elder[order], younger[order], iou[order]
    same = (np.diff(elder) == 0) & (np.diff(younger) == 0) & (np.diff(frame) == 1)
    spells = np.split(np.arange(len(iou)), np.flatnonzero(~same) + 1) if len(iou) else []
    closest = [int(spell[np.argmax(iou[spell])]) for spell in spells]
    return [
        Doubt(
            track_id=int(younger[row]),
            frame=int(frame[row]),
            reason=f"overlaps track {elder[row]} by {100 * iou[row]:.0f} %",
            severity=float(iou[row]),
            other_id=int(elder[row]),
        )
        for row in closest
    ]


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"
