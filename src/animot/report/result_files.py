"""The folder of results, written frame by frame: tracks.txt, tracks.csv, annotated.mp4, masks."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import numpy as np

from animot.data import mot, track_csv
from animot.data.growing_file import GrowingFile
from animot.errors import InputError
from animot.report.mask_images import MaskImages
from animot.report.overlay import draw
from animot.tracker import Frame
from animot.tracks import FrameTracks, stack
from animot.video.worker import Worker
from animot.video.writer import VideoWriter

VIDEO = "annotated.mp4"


class ResultFiles:
    """Writes the results of each frame; a context manager. Nothing is held in memory.

    Parameters
    ----------
    folder : that exists.
    fps : of the video.
    video : whether to write annotated.mp4.
    masks : whether to write the objects' masks, for which the tracker must make them.
    live : the files have their names from the start and stay whatever happens, and the video has
        the times of the frames. Else they appear once complete, and the video has even times.

    Raises
    ------
    InputError : where a file cannot be written.
    """

    def __init__(
        self, folder: Path, fps: float, *, video: bool, masks: bool = False, live: bool
    ) -> None:
        self._live = live
        with ExitStack() as files:
            self._text = files.enter_context(GrowingFile(folder / "tracks.txt", visible=live))
            self._csv = files.enter_context(GrowingFile(folder / "tracks.csv", visible=live))
            self._video = self._masks = None
            if video:
                path = folder / VIDEO
                self._video = files.enter_context(VideoWriter(path, fps, growing=live))
            if masks:
                self._masks = files.enter_context(MaskImages(folder))
            self._worker = files.enter_context(Worker(finish=live))
            self._csv.append(f"{track_csv.HEADER}\n")
            self._files = files.pop_all()

    def __enter__(self) -> "ResultFiles":
        return self

    def write(self, frame: Frame, objects: FrameTracks) -> None:
        """Write what was found in a frame."""
        rows = stack([objects], first=frame.index)
        self._text.append(mot.lines_of(rows))
        self._csv.append(track_csv.lines_of(rows, np.full(len(rows), frame.time)))
        video, time = self._video, frame.time if self._live else None
        if video is not None:
            self._worker.do(lambda: video.write(draw(frame.image, objects), time))
        masks, size = self._masks, frame.image.shape[:2]
        if masks is not None:
            self._worker.do(lambda: masks.write(frame.index, objects, size))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._files.__exit__(kind, error, trace)


def open_folder(folder: Path, *, overwrite: bool) -> Path:
    """Make the folder, or make sure that an old one may be written to.

    Raises
    ------
    InputError : where it cannot be written, or is not empty and may not be overwritten.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        holds_something = any(folder.iterdir())
    except OSError as error:
        raise InputError(
            f"{folder}: cannot write there ({error.strerror}); give a folder that is yours"
        ) from error
    if holds_something and not overwrite:
        raise InputError(f"{folder}: is not empty; give another folder, or --overwrite")
    return folder
