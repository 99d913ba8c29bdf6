"""evaluate: from tracks and ground truth to scores."""

import numpy as np

from animot.data.truth import Truth
from animot.errors import InputError
from animot.metrics.clear import FrameCounts, clear, clear_by_frame
from animot.metrics.counts import Number
from animot.metrics.hota import hota
from animot.metrics.identity import identity
from animot.metrics.overlap import Comparison, compare
from animot.metrics.preprocessing import benchmark_named, benchmark_of, preprocess
from animot.metrics.scores import Scores, SizeCounts
from animot.tracks import Tracks


def evaluate(
    tracks: Tracks, truth: Tracks | Truth, *, iou: Number = 0.5, benchmark: str | None = None
) -> Scores:
    """Score the tracks of one sequence.

    Every frame of the truth is visited: where the tracks have no box, all its boxes are missed.
    Among equally good matchings the choice may depend on the numbering of the identities.

    Parameters
    ----------
    tracks : to be scored; frames are compared by number.
    truth : ground truth. `Tracks` count as they are; `Truth` knows which of its boxes count.
    iou : intersection over union that a match needs in CLEAR and identity scores, in (0, 1].
        HOTA always goes through 0.05 to 0.95.
    benchmark : whose rules decide what counts: `MOT15`, `MOT16`, `MOT17`, `MOT20` or `plain`;
        None takes MOT17 where the truth has classes, else MOT15; see `preprocessing.py`.

    Raises
    ------
    InputError : the threshold is out of range, or the rules need classes that are not there.
    """
    check_threshold(iou)
    comparison = _compared(tracks, truth, benchmark)
    return Scores(
        hota=hota(comparison),
        clear=clear(comparison, iou),
        identity=identity(comparison, iou),
        sizes=_sizes(comparison),
    )


def evaluate_by_frame(
    tracks: Tracks, truth: Tracks | Truth, *, iou: Number = 0.5, benchmark: str | None = None
) -> FrameCounts:
    """Count matches, misses, false positives and identity switches of each frame of a sequence.

    Parameters and errors are those of `evaluate`.
    """
    check_threshold(iou)
    return clear_by_frame(_compared(tracks, truth, benchmark), iou)


def _compared(tracks: Tracks, truth: Tracks | Truth, benchmark: str | None) -> Comparison:
    """Boxes that count under the rules."""
    if isinstance(truth, Tracks):
        truth = Truth(tracks=truth, counts=np.ones(len(truth), dtype=bool))
    rules = benchmark_named(benchmark) if benchmark else benchmark_of(truth)
    return preprocess(compare(truth.tracks, tracks), truth, rules)


def check_threshold(iou: Number) -> None:
    """Refuse an IoU threshold that is not in (0, 1]."""
    if not 0 < iou <= 1:
        raise InputError(f"an IoU threshold of {iou} does not work; give one above 0, at most 1")


def _sizes(comparison: Comparison) -> SizeCounts:
    return SizeCounts(
        frames=comparison.num_frames,
        truth_boxes=len(comparison.truth_frame),
        track_boxes=len(comparison.track_frame),
        truth_identities=comparison.num_truths,
        track_identities=comparison.num_tracks,
    )
