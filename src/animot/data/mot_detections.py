"""det.txt of MOTChallenge: detections, that is rows whose identity is -1."""

import warnings
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from animot.boxes import xywh_to_xyxy
from animot.data.mot import FLAG, MotRows
from animot.data.number_table import line_of_row, read_numbers
from animot.detections import Detections
from animot.errors import InputWarning

NOT_GIVEN = -1  # a confidence that says nothing, as in result files


def read_detections(path: str | Path, num_frames: int | None = None) -> Detections:
    """Detections of a MOTChallenge file; what stands in its column of identities is not looked at.

    Rows may come in any order. A confidence of -1, or none at all, is read as 1. Where others lie
    outside 0 to 1, as those of ACF or DPM do, nothing tells a good score from a bad one, and all
    boxes are read as sure, with an InputWarning. Boxes without area are left out, with an
    InputWarning.

    Parameters
    ----------
    path : text file, see `animot.data.number_table.read_numbers`; empty for no detections.
    num_frames : frames in the sequence; None takes the last frame that has a box.

    Raises
    ------
    InputError : naming the file and, where there is one, the line.
    """
    path = Path(path)
    rows = MotRows(path=path, values=read_numbers(path, min_columns=6, max_columns=7))
    rows.check_frames()
    length = rows.length(num_frames)
    kept = _with_area(rows)
    values = rows.values[kept]
    return Detections(
        frame=values[:, 0].astype(np.int64) - 1,
        box=xywh_to_xyxy(values[:, 2:6] - np.array([1, 1, 0, 0])),
        confidence=_confidences(rows)[kept],
        num_frames=length,
    )


def _with_area(rows: MotRows) -> Bool[np.ndarray, " N"]:
    kept = np.all(rows.values[:, 4:6] > 0, axis=1)
    if not kept.all():
        line = line_of_row(rows.path, int(np.flatnonzero(~kept)[0]))
        warnings.warn(
            f"{rows.path} line {line}: {(~kept).sum()} boxes without area are left out",
            InputWarning,
            stacklevel=3,
        )
    return kept


def _confidences(rows: MotRows) -> Float[np.ndarray, " N"]:
    sure = np.ones(len(rows.values))
    if rows.values.shape[1] <= FLAG:
        return sure
    score = rows.values[:, FLAG]
    score = np.where(score == NOT_GIVEN, 1.0, score)
    if ((score >= 0) & (score <= 1)).all():
        return score
    warnings.warn(
        f"{rows.path}: scores from {score.min():g} to {score.max():g} are not confidences from 0 "
        "to 1, so all boxes count as sure; scale the scores, or leave poor boxes out",
        InputWarning,
        stacklevel=3,
    )
    return sure
