"""Scores of a pair on held-out sequences, by sequence and by frames since the key frame."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from animot.atttrack.pair import Pair
from animot.atttrack.tracker import AttTrackTracker
from animot.data.labelled import LabelledSequence
from animot.metrics import evaluate
from animot.metrics.clear import FrameCounts
from animot.metrics.evaluation import evaluate_by_frame
from animot.reproduce.atttrack.controls import CONTROLS
from animot.reproduce.atttrack.result import GapCounts, SequenceCounts
from animot.tracker import Frame, follow
from animot.tracks import FrameTracks, Tracks, stack

OnFrame = Callable[[Frame, FrameTracks], None]
# Of a frame before which there was no key frame.
NO_GAP = -1


def score(
    pair: Pair,
    control: str | None,
    sequences: Sequence[LabelledSequence],
    on_frame: OnFrame | None = None,
) -> tuple[tuple[SequenceCounts, ...], tuple[GapCounts, ...]]:
    """Track each sequence from its start, and count.

    Parameters
    ----------
    pair : networks, and how they take turns.
    control : a name in `CONTROLS`; None: the pair carries what it has learned to.
    sequences : that it has not learned from.
    on_frame : called with each frame and its objects.
    """
    counts, by_frame = [], []
    for sequence in sequences:
        carrying = None if control is None else CONTROLS[control].of(pair, sequence)
        tracker = AttTrackTracker(pair, carrying=carrying)
        tracks, gaps = _track(tracker, sequence, on_frame)
        counts.append(_count(sequence, tracks))
        by_frame.append((gaps, evaluate_by_frame(tracks, sequence.truth)))
    return tuple(counts), count_by_gap(by_frame)


def _track(
    tracker: AttTrackTracker, sequence: LabelledSequence, on_frame: OnFrame | None
) -> tuple[Tracks, list[int]]:
    """Tracks of a sequence, and of each frame how many frames ago the key frame was."""
    seen: list[FrameTracks] = []
    gaps: list[int] = []
    frames = follow(tracker, sequence.frames(), tracker.start(), ahead=False)
    for state, frame, objects in frames:
        seen.append(objects)
        # The rhythm counts to the coming frame.
        gaps.append(NO_GAP if state.rhythm.gap is None else state.rhythm.gap - 1)
        if on_frame is not None:
            on_frame(frame, objects)
    return stack(seen), gaps


def _count(sequence: LabelledSequence, tracks: Tracks) -> SequenceCounts:
    scores = evaluate(tracks, sequence.truth)
    return SequenceCounts(
        sequence=sequence.name,
        frames=sequence.num_frames,
        truth=scores.clear.tp + scores.clear.fn,
        fp=scores.clear.fp,
        fn=scores.clear.fn,
        switches=scores.clear.switches,
        idtp=scores.identity.tp,
        idfp=scores.identity.fp,
        idfn=scores.identity.fn,
    )


def count_by_gap(sequences: Iterable[tuple[Sequence[int], FrameCounts]]) -> tuple[GapCounts, ...]:
    """Counts of all frames of each gap, increasing; frames without a key frame are left out.

    Parameters
    ----------
    sequences : of each, the gap of every frame, and its counts.
    """
    sums: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(5, dtype=np.int64))
    for gaps, counts in sequences:
        columns = (counts.tp + counts.fn, counts.fp, counts.fn, counts.switches)
        rows = np.stack([np.ones(len(gaps), dtype=np.int64), *columns], axis=1)
        for gap, row in zip(gaps, rows, strict=True):
            sums[gap] += row
    names = ("frames", "truth", "fp", "fn", "switches")
    return tuple(
        GapCounts(gap=gap, **dict(zip(names, sums[gap].tolist(), strict=True)))
        for gap in sorted(sums)
        if gap != NO_GAP
    )
