"""Where a tracker is unsure: which moments and tracks a person should check first, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from animot.report.doubt_signs import (
    Doubt,
    ends_inside,
    faint_spells,
    gaps,
    growth,
    jumps,
    meetings,
    shortness,
)
from animot.report.track_rows import TrackRows
from animot.tracks import Tracks

TOGETHER_SECONDS = 0.5
"""Signs of one track that are no further apart are one moment."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something to check.

    Attributes
    ----------
    track_id : the track in question.
    frame : 0-based, where to look.
    reasons : in words, the gravest first.
    severity : sum of those of its signs; they support each other.
    """

    track_id: int
    frame: int
    reasons: tuple[str, ...]
    severity: float


def find_doubts(
    tracks: Tracks, rows: Iterable[TrackRows], size: tuple[int, int], fps: float
) -> list[Doubt]:
    """All signs of doubt, in no particular order.

    Parameters
    ----------
    tracks : of a whole video.
    rows : the same, track by track.
    size : (height, width) of the frames in pixels.
    fps : frames per second.
    """
    alone = chain.from_iterable(
        _doubts_of_one(track, tracks.num_frames, size, fps) for track in rows
    )
    return [*alone, *meetings(tracks)]


def _doubts_of_one(
    track: TrackRows, num_frames: int, size: tuple[int, int], fps: float
) -> Iterator[Doubt]:
    yield from faint_spells(track, fps)
    yield from gaps(track, fps)
    yield from shortness(track, fps, num_frames)
    yield from ends_inside(track, fps, num_frames, size)
    yield from jumps(track)
    yield from growth(track)


def moments_of(doubts: Iterable[Doubt], fps: float) -> list[Moment]:
    """Moments to check, the gravest first."""
    by_track: dict[int, list[Doubt]] = defaultdict(list)
    for doubt in doubts:
        by_track[doubt.track_id].append(doubt)
    moments = [
        _moment(together)
        for found in by_track.values()
        for together in _close_in_time(found, TOGETHER_SECONDS * fps)
    ]
    return sorted(moments, key=lambda moment: (-moment.severity, moment.frame, moment.track_id))


def _close_in_time(doubts: list[Doubt], within: float) -> Iterator[list[Doubt]]:
    """Doubts of one track in groups; a group spans no more than so many frames."""
    group: list[Doubt] = []
    for doubt in sorted(doubts, key=lambda doubt: doubt.frame):
        if group and doubt.frame - group[0].frame > within:
            yield group
            group = []
        group.append(doubt)
    if group:
        yield group


def _moment(doubts: list[Doubt]) -> Moment:
    gravest = sorted(doubts, key=lambda doubt: -doubt.severity)
    return Moment(
        track_id=gravest[0].track_id,
        frame=gravest[0].frame,
        reasons=tuple(dict.fromkeys(doubt.reason for doubt in gravest)),
        severity=sum(doubt.severity for doubt in doubts),
    )


def severity_of_tracks(doubts: Iterable[Doubt]) -> dict[int, float]:
    """Sum of the severities of each track; where two meet, both are in doubt."""
    severity: dict[int, float] = defaultdict(float)
    for doubt in doubts:
        severity[doubt.track_id] += doubt.severity
        if doubt.other_id is not None:
            severity[doubt.other_id] += doubt.severity
    return dict(severity)
