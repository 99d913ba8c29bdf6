"""Which boxes a benchmark scores (the preprocessing of MOTChallenge)."""

from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Int

from animot.data.truth import Truth
from animot.errors import InputError
from animot.metrics.matching import match
from animot.metrics.overlap import EPS, Comparison

Benchmark = Literal["MOT15", "MOT16", "MOT17", "MOT20", "plain"]
BENCHMARKS: tuple[Benchmark, ...] = get_args(Benchmark)
WITH_CLASSES = ("MOT16", "MOT17", "MOT20")

PEDESTRIAN = 1
DISTRACTORS = (2, 7, 8, 12)  # person on a vehicle, static person, distractor, reflection
NON_MOT_VEHICLE = 6  # a distractor in MOT20 only
DISTRACTOR_IOU = 0.5  # whatever the threshold of the scores


def benchmark_named(name: str) -> Benchmark:
    """Find the benchmark of that name; InputError where there is none."""
    for benchmark in BENCHMARKS:
        if benchmark == name:
            return benchmark
    raise InputError(f"no benchmark is called {name}; there are {', '.join(BENCHMARKS)}")


def benchmark_of(truth: Truth) -> Benchmark:
    """Choose the benchmark whose rules fit the truth: MOT17 with classes, else MOT15.

    MOT16 has the rules of MOT17. MOT20 cannot be told from them by its boxes.
    """
    return "MOT15" if truth.class_id is None else "MOT17"


def preprocess(comparison: Comparison, truth: Truth, benchmark: Benchmark) -> Comparison:
    """Keep the boxes that count under the rules of the benchmark.

    In `plain` all do. In MOT15 the truth must be marked as counting. In MOT16, MOT17 and MOT20 it
    must be a pedestrian too, and boxes of tracks that match a distractor are taken out.

    Raises
    ------
    InputError : the truth has no classes, and the benchmark needs them.
    """
    every_track = np.ones(len(comparison.track_frame), dtype=bool)
    if benchmark == "plain":
        return comparison
    if benchmark == "MOT15":
        return comparison.keep(truth.counts, every_track)
    if truth.class_id is None:
        raise InputError(
            f"the ground truth has no classes 1 to 13 in column 8, which {benchmark} needs; "
            "take --benchmark MOT15 or plain"
        )
    distractors = DISTRACTORS + ((NON_MOT_VEHICLE,) if benchmark == "MOT20" else ())
    of_distractor = _on_distractors(comparison, truth.class_id, distractors)
    return comparison.keep(truth.counts & (truth.class_id == PEDESTRIAN), ~of_distractor)


def _on_distractors(
    comparison: Comparison, class_id: Int[np.ndarray, " G"], distractors: tuple[int, ...]
) -> Bool[np.ndarray, " N"]:
    """Boxes of tracks that match a distractor when all classes compete for them."""
    iou = comparison.pair_iou
    matched = match(comparison, np.where(iou >= DISTRACTOR_IOU - EPS, iou, 0))
    on_distractor = matched & np.isin(class_id[comparison.pair_truth], distractors)
    found = np.zeros(len(comparison.track_frame), dtype=bool)
    found[comparison.pair_track[on_distractor]] = True
    return found
