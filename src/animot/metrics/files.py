"""Scoring files: one pair, or two folders of sequences."""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path

from animot.data.mot import MotRows, read_rows
from animot.data.number_table import first_line
from animot.data.seqinfo import read_seqinfo
from animot.data.track_csv import HEADER, read_csv
from animot.data.truth import Truth
from animot.errors import InputError, InputWarning
from animot.metrics.counts import Number
from animot.metrics.evaluation import check_threshold, evaluate
from animot.metrics.pairing import SequencePair, find_pairs
from animot.metrics.preprocessing import WITH_CLASSES, Benchmark, benchmark_named, benchmark_of
from animot.metrics.scores import Scores
from animot.metrics.table import Row, render_csv, render_json, render_rows, row_of
from animot.tracks import Tracks

OVERALL = "OVERALL"


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """Scores of files.

    Attributes
    ----------
    sequences : scores of each sequence, by its name.
    benchmarks : whose rules decided what counts in it, by its name.
    """

    sequences: dict[str, Scores]
    benchmarks: dict[str, Benchmark]

    @property
    def overall(self) -> Scores:
        """Scores of all sequences together."""
        return reduce(add, self.sequences.values())

    def table(self, beside: Sequence[Row] = ()) -> str:
        """Print as papers do; rows of `published_row` stand under ours."""
        rows = [row_of(name, scores.as_dict()) for name, scores in self.sequences.items()]
        if len(rows) > 1:
            rows.append(row_of(OVERALL, self.overall.as_dict()))
        return render_rows([*rows, *beside])

    def json(self) -> str:
        """All scores of each sequence and of `OVERALL` under TrackEval's names."""
        return render_json(self._values())

    def csv(self) -> str:
        """Write the numbers of `json`, a line for each sequence and one for `OVERALL`."""
        return render_csv(self._values())

    def _values(self) -> dict[str, dict[str, Number]]:
        every = self.sequences | {OVERALL: self.overall}
        return {name: scores.as_dict() for name, scores in every.items()}


def evaluate_files(
    tracks: str | Path,
    truth: str | Path,
    *,
    iou: Number = 0.5,
    frames: tuple[int, int] | None = None,
    benchmark: str | None = None,
) -> Evaluation:
    """Score a file of tracks against one of ground truth, or a folder against a folder.

    Parameters
    ----------
    tracks : MOTChallenge result or a CSV file of ours, a folder that holds `tracks.txt`, or a
        folder with the results of several sequences; see `animot.metrics.pairing`.
    truth : MOTChallenge ground truth, a sequence folder, or a folder of sequence folders. A
        `seqinfo.ini` there tells the length of the sequence; else the last box does.
    iou : see `evaluate`.
    frames : first and last frame to score, counted from 1, both included, in both files; see
        `parse_frames`.
    benchmark : whose rules decide what counts; None looks at the ground truth: MOT20 by the name
        of the sequence, MOT17 (MOT16 is the same) by the classes in column 8, else MOT15. `plain`
        counts every box.

    Raises
    ------
    InputError : naming the file, and the line where there is one.
    """
    check_threshold(iou)
    asked = benchmark_named(benchmark) if benchmark else None
    sequences: dict[str, Scores] = {}
    benchmarks: dict[str, Benchmark] = {}
    for pair in find_pairs(Path(tracks), Path(truth)):
        boxes, known, rules = _read(pair, frames, asked)
        try:
            sequences[pair.name] = evaluate(boxes, known, iou=iou, benchmark=rules)
        except InputError as error:
            raise InputError(f"{pair.truth}: {error}") from error
        benchmarks[pair.name] = rules
    return Evaluation(sequences=sequences, benchmarks=benchmarks)


def parse_frames(text: str) -> tuple[int, int]:
    """First and last frame of `A-B`, counted from 1."""
    found = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise InputError(f"{text!r} is no range of frames; write 1-530 for frames 1 to 530")
    return int(found[1]), int(found[2])


def _read(
    pair: SequencePair, frames: tuple[int, int] | None, benchmark: Benchmark | None
) -> tuple[Tracks, Truth, Benchmark]:
    """Tracks and truth of one sequence, and the rules to score them by."""
    length = read_seqinfo(pair.seqinfo).num_frames if pair.seqinfo else None
    if frames and length and frames[1] > length:
        raise InputError(
            f"{pair.seqinfo}: the sequence has {length} frames, frames {frames[0]}-{frames[1]} "
            "are not all in it; give a range within it"
        )
    known = read_rows(pair.truth).truth(None if frames else length)
    rules = benchmark or ("MOT20" if _is_mot20(pair, known) else benchmark_of(known))
    boxes = _read_tracks(pair.tracks, None if frames else length, rules)
    if frames:
        first, last = frames[0] - 1, frames[1] - 1
        boxes, known = boxes.between(first, last), known.between(first, last)
        boxes = replace(boxes, num_frames=last - first + 1, time=None)
    _warn_of_ignored(pair.truth, known, rules)
    return boxes, known, rules


def _read_tracks(path: Path, num_frames: int | None, rules: Benchmark) -> Tracks:
    if first_line(path) == HEADER:
        return read_csv(path, num_frames)
    rows = read_rows(path)
    if rules in WITH_CLASSES:
        _refuse_other_classes(rows, rules)
    return rows.tracks(num_frames)


def _refuse_other_classes(rows: MotRows, rules: Benchmark) -> None:
    if rows.values.shape[1] == 8:
        rows.refuse(
            rows.values[:, 7] > 1,
            f"column 8 is a class other than 1; {rules} scores pedestrians, leave others out",
        )


def _is_mot20(pair: SequencePair, truth: Truth) -> bool:
    return pair.name.startswith("MOT20-") and truth.class_id is not None


def _warn_of_ignored(path: Path, truth: Truth, rules: Benchmark) -> None:
    if len(truth) and rules != "plain" and not truth.counts.any():
        warnings.warn(
            f"{path}: column 7 is 0 in every row, so nothing counts; "
            "to score against all rows, take --benchmark plain",
            InputWarning,
            stacklevel=3,
        )
