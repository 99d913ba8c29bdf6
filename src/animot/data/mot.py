"""MOTChallenge text: the only place where frames and pixels are counted from 1.

A line is `frame,id,left,top,width,height,confidence,...`. In a result file three columns of -1
follow; in the ground truth of MOT15 column 7 says whether the box counts, and in that of MOT16,
MOT17 and MOT20 column 8 is the class and column 9 the visible part.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int

from animot.boxes import xywh_to_xyxy
from animot.data.atomic import write_text
from animot.data.number_table import line_of_row, read_numbers
from animot.data.truth import Truth
from animot.errors import InputError, InputWarning
from animot.tracks import Tracks

LAST_CLASS = 13
LARGEST_COUNT = 2**53  # the largest frame or identity that a float64 still counts exactly
LARGEST_PLACE = 1e9  # pixels; beyond, left plus width would lose the width
FLAG, CLASS = 6, 7  # 0-based columns of the ground truth


def read_tracks(path: str | Path, num_frames: int | None = None) -> Tracks:
    """Tracks of a MOTChallenge result file.

    Rows may come in any order. Identities may be written `3` or `3.0`. A confidence of -1, or
    none at all, is read as 1. A box of negative size is kept, with an InputWarning: it overlaps
    nothing.

    Parameters
    ----------
    path : text file, see `animot.data.number_table.read_numbers`; empty for no tracks.
    num_frames : frames in the sequence; None takes the last frame that has a box.

    Raises
    ------
    InputError : naming the file and, where there is one, the line.
    """
    return read_rows(path).tracks(num_frames)


def read_truth(path: str | Path, num_frames: int | None = None) -> Truth:
    """Ground truth of a MOTChallenge file, with what it says of each box.

    Column 7, where there is one, says which boxes count: all but those with 0. Column 8 is taken
    for the class if it holds the numbers 1 to 13 of MOT16, MOT17 and MOT20 throughout; in the
    ground truth of MOT15 it holds -1 or a coordinate.

    Parameters and errors are those of `read_tracks`.
    """
    return read_rows(path).truth(num_frames)


def write_tracks(tracks: Tracks, path: str | Path) -> None:
    """Write a MOTChallenge result file, whole or not at all; see `lines_of`."""
    write_text(path, lines_of(tracks))


def lines_of(tracks: Tracks) -> str:
    """Lines of a MOTChallenge result file.

    Coordinates are rounded to a thousandth of a pixel, confidences to the fourth decimal.
    """
    left, top, right, bottom = tracks.box.astype(np.float64).T
    numbers = [_rounded(values, 3) for values in (left + 1, top + 1, right - left, bottom - top)]
    numbers += [_rounded(tracks.confidence, 4)]
    rows = zip(tracks.frame.tolist(), tracks.track_id.tolist(), *numbers, strict=True)
    return "".join(
        f"{frame + 1},{identity},{','.join(f'{value:.10g}' for value in values)},-1,-1,-1\n"
        for frame, identity, *values in rows
    )


def _rounded(values: Float[np.ndarray, " N"], decimals: int) -> Float[np.ndarray, " N"]:
    return np.round(values, decimals) + 0.0  # adding zero turns -0 into 0


@dataclass(frozen=True, kw_only=True, eq=False)
class MotRows:
    """The rows of a MOTChallenge file, checked.

    Attributes
    ----------
    path : the file, for messages.
    values : rows in the order of the file, 6 to 8 columns.
    """

    path: Path
    values: Float[np.ndarray, "N C"]

    @property
    def last_frame(self) -> int:
        """The last frame that has a box, counted from 1; 0 without boxes."""
        return int(self.values[:, 0].max(initial=0))

    @property
    def classes(self) -> Int[np.ndarray, " N"] | None:
        """Class of each row, or None where column 8 is missing or is not one."""
        if self.values.shape[1] <= CLASS:
            return None
        column = self.values[:, CLASS]
        known = (column >= 1) & (column <= LAST_CLASS) & (column == np.trunc(column))
        return column.astype(np.int64) if known.all() else None

    def tracks(self, num_frames: int | None = None) -> Tracks:
        """Give the rows as `Tracks`, see `read_tracks`."""
        confidence = self._flags
        return Tracks(
            frame=self.values[:, 0].astype(np.int64) - 1,
            track_id=self.values[:, 1].astype(np.int64),
            box=xywh_to_xyxy(self.values[:, 2:6] - np.array([1, 1, 0, 0])),
            confidence=np.where(confidence == -1, 1.0, confidence),
            num_frames=self.length(num_frames),
        )

    def truth(self, num_frames: int | None = None) -> Truth:
        """Give the rows as `Truth`, see `read_truth`."""
        order = np.lexsort((self.values[:, 1], self.values[:, 0]))  # as Tracks orders its rows
        classes = self.classes
        return Truth(
            tracks=self.tracks(num_frames),
            counts=self._flags[order] != 0,
            class_id=None if classes is None else classes[order],
        )

    def check_frames(self) -> None:
        """Refuse numbers that are not finite or no places, and frames that are none."""
        frame = self.values[:, 0]
        self.refuse(
            ~np.isfinite(self.values).all(axis=1),
            "a number is not finite (nan or inf); leave such boxes out",
        )
        self.refuse(
            (np.abs(self.values[:, 2:6]) > LARGEST_PLACE).any(axis=1),
            f"a box is farther away or larger than {LARGEST_PLACE:g} pixels; correct it",
        )
        self.refuse(
            (frame != np.trunc(frame)) | (frame < 1) | (frame > LARGEST_COUNT),
            "frame {frame} is no frame number; count frames from 1",
        )

    def refuse(self, wrong: Bool[np.ndarray, " N"], message: str) -> None:
        """Raise InputError for the first wrong row; the message may name {frame} and {id}."""
        if not wrong.any():
            return
        row = int(np.flatnonzero(wrong)[0])
        frame, identity = (f"{value:.15g}" for value in self.values[row, :2])
        message = message.format(frame=frame, id=identity)
        raise InputError(f"{self.path} line {line_of_row(self.path, row)}: {message}")

    @property
    def _flags(self) -> Float[np.ndarray, " N"]:
        """Column 7, or ones where it is missing."""
        missing = self.values.shape[1] <= FLAG
        return np.ones(len(self.values)) if missing else self.values[:, FLAG]

    def length(self, num_frames: int | None) -> int:
        """Frames in the sequence: as given, if no row lies beyond, else up to the last row."""
        if num_frames is None:
            return self.last_frame
        self.refuse(
            self.values[:, 0] > num_frames,
            f"frame {{frame}} lies beyond the sequence of {num_frames} frames; "
            "take the result of this sequence, or correct its length (seqinfo.ini)",
        )
        return num_frames


def read_rows(path: str | Path) -> MotRows:
    """Read a MOTChallenge file and check its rows for what no sequence can hold."""
    path = Path(path)
    rows = MotRows(path=path, values=read_numbers(path, min_columns=6, max_columns=8))
    rows.check_frames()
    _check_identities(rows)
    _check_no_second_boxes(rows)
    _warn_of_negative_sizes(rows)
    return rows


def _check_identities(rows: MotRows) -> None:
    identity = rows.values[:, 1]
    rows.refuse(
        (identity != np.trunc(identity)) | (identity < 0) | (identity > LARGEST_COUNT),
        "identity {id} is not a whole number of 0 or more; detections without identities "
        "are no tracks",
    )


def _check_no_second_boxes(rows: MotRows) -> None:
    frame, identity = rows.values[:, 0], rows.values[:, 1]
    order = np.lexsort((identity, frame))  # stable: of two equal rows the later one is wrong
    again = (np.diff(frame[order]) == 0) & (np.diff(identity[order]) == 0)
    wrong = np.zeros(len(frame), dtype=bool)
    wrong[order[1:][again]] = True
    rows.refuse(
        wrong, "identity {id} has a second box in frame {frame}; keep one box of each identity"
    )


def _warn_of_negative_sizes(rows: MotRows) -> None:
    negative = np.flatnonzero((rows.values[:, 4:6] < 0).any(axis=1))
    if len(negative):
        warnings.warn(
            f"{rows.path} line {line_of_row(rows.path, int(negative[0]))}: {len(negative)} boxes "
            "of negative width or height overlap nothing",
            InputWarning,
            stacklevel=4,
        )
