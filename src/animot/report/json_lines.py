"""Tracks as JSON lines, one object a frame, for programs that read along.

    {"frame": 1, "time": 0.0, "objects": [{"id": 3, "box": [1.5, 2.0, 9.0, 8.25],
     "confidence": 0.9731, "layer": 0}]}

Frames are counted from 1 and times are in seconds, as in tracks.csv; a box is left, top, right,
bottom in pixels with edges counted from 0. A layer that is not known is null.
"""

import json
import sys
from pathlib import Path
from types import TracebackType

from animot.data.growing_file import GrowingFile
from animot.tracker import Frame
from animot.tracks import FrameTracks

STANDARD_OUTPUT = "-"


class JsonLines:
    """Writes a line for each frame, at once; a context manager.

    Parameters
    ----------
    where : file to write, or "-" for standard output.

    Raises
    ------
    InputError : where the file cannot be written.
    """

    def __init__(self, where: str | Path) -> None:
        to_terminal = str(where) == STANDARD_OUTPUT
        self._file = None if to_terminal else GrowingFile(Path(where), visible=True)

    def __enter__(self) -> "JsonLines":
        return self

    def write(self, frame: Frame, objects: FrameTracks) -> None:
        """Write the line of a frame."""
        line = f"{json_line(frame, objects)}\n"
        if self._file is not None:
            self._file.append(line)
        else:
            sys.stdout.write(line)
            sys.stdout.flush()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.__exit__(kind, error, trace)


def json_line(frame: Frame, objects: FrameTracks) -> str:
    """A frame as JSON: coordinates and time to three decimals, confidences to four."""
    found = [
        {
            "id": int(objects.track_id[row]),
            "box": [_rounded(edge, 3) for edge in objects.box[row]],
            "confidence": _rounded(objects.confidence[row], 4),
            "layer": None if objects.layer is None else int(objects.layer[row]),
        }
        for row in objects.track_id.argsort()
    ]
    time = _rounded(frame.time, 3)
    return json.dumps({"frame": frame.index + 1, "time": time, "objects": found}, allow_nan=False)


def _rounded(value: float, decimals: int) -> float:
    return round(float(value), decimals) + 0.0  # adding zero turns -0 into 0
