"""Sequence: one type for a video file, a folder of images and a MOTChallenge folder."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from animot.data.fingerprint import fingerprint_of
from animot.data.seqinfo import read_seqinfo
from animot.errors import InputError, InputWarning
from animot.tracker import Frame
from animot.video.images import ImageFolder, open_images
from animot.video.reader import DEFAULT_FPS, MAX_FPS, VideoFile, open_video


@dataclass(frozen=True, kw_only=True)
class Sequence:
    """Frames that can be gone through any number of times, read from disk each time.

    Attributes
    ----------
    name : of the file without its extension, or of the folder.
    path : what was opened.
    truth_path : gt/gt.txt of a MOTChallenge folder, None where there is no truth.
    source : where the frames come from.
    """

    name: str
    path: Path
    source: VideoFile | ImageFolder
    truth_path: Path | None = None

    @property
    def width(self) -> int:
        """Width of every frame in pixels."""
        return self.source.width

    @property
    def height(self) -> int:
        """Height of every frame in pixels."""
        return self.source.height

    @property
    def fps(self) -> float:
        """Frames per second on average; 25 where nothing says."""
        return self.source.fps

    @property
    def num_frames(self) -> int | None:
        """Frames to expect: exact for images, a hint for video; None where nothing says."""
        return self.source.num_frames

    def frames(
        self, start: int = 0, wanted: Callable[[int], bool] | None = None
    ) -> Iterator[Frame]:
        """Go through the frames in order; memory holds one at a time.

        Files are closed when the iterator ends, is closed or is forgotten. Frames that are left
        out cost little: video is decoded but not converted, images are not read.

        Parameters
        ----------
        start : index of the first frame to give; indices and times stay those of the sequence.
        wanted : gives, for each index from `start` in increasing order, whether the frame is
            wanted; by default all are.

        Raises
        ------
        InputError : where the input has become unreadable, or images differ in size.
        """
        return self.source.frames(
            lambda index: index >= start and (wanted is None or wanted(index))
        )

    def fingerprint(self) -> str:
        """Digest that changes when a file of the sequence is replaced, edited or renamed.

        It is the same for a copy, elsewhere or later.
        """
        return fingerprint_of(self.source.files)


def open_sequence(path: str | Path) -> Sequence:
    """Open a video file, a folder of images or a MOTChallenge folder.

    A folder that holds `seqinfo.ini` or a folder `img1` is a MOTChallenge sequence. Its frame
    rate comes from `seqinfo.ini`, its size and length from the images themselves.

    Raises
    ------
    InputError : in one line, where nothing usable is found at the path.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; check the path")
    if not path.is_dir():
        return Sequence(name=path.stem, path=path, source=open_video(path))
    name = path.resolve().name
    if not (path / "seqinfo.ini").exists() and not (path / "img1").is_dir():
        return Sequence(name=name, path=path, source=open_images(path, DEFAULT_FPS))
    folder, fps = _read_seqinfo(path)
    source = open_images(folder, fps)
    truth = path / "gt" / "gt.txt"
    truth_path = truth if truth.is_file() else None
    if truth_path is not None:
        _warn_of_gaps(source)
    return Sequence(name=name, path=path, source=source, truth_path=truth_path)


def _read_seqinfo(path: Path) -> tuple[Path, float]:
    """Folder of the images and frames per second of a MOTChallenge folder."""
    file = path / "seqinfo.ini"
    if not file.exists():
        return path / "img1", DEFAULT_FPS
    info = read_seqinfo(file)
    fps = DEFAULT_FPS if info.fps is None else info.fps
    if fps >= MAX_FPS:
        raise InputError(f"{file}: frameRate {fps:g} is no frame rate; correct or remove it")
    folder = path / info.image_folder
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; put the images of the sequence there")
    return folder, fps


def _warn_of_gaps(source: ImageFolder) -> None:
    """Truth counts images by the number in their name, we count them by their position."""
    for position, file in enumerate(source.files, start=1):
        if file.stem.isdecimal() and int(file.stem) != position:
            warnings.warn(
                f"{file}: is image {position} of the folder, so the frame numbers of the truth "
                "do not fit; number the images from 1 without gaps",
                InputWarning,
                stacklevel=3,
            )
            return
