"""Metrics: CLEAR MOT, identity and HOTA in NumPy; they know no engine."""

from animot.metrics.evaluation import evaluate
from animot.metrics.files import Evaluation, evaluate_files, parse_frames
from animot.metrics.preprocessing import Benchmark
from animot.metrics.published import published_row
from animot.metrics.scores import Scores

__all__ = [
    "Benchmark",
    "Evaluation",
    "Scores",
    "evaluate",
    "evaluate_files",
    "parse_frames",
    "published_row",
]
