"""Frames of a video at working size in a file, so that learning reads them in any order."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from animot.data.atomic import write_text
from animot.data.sequence import Sequence
from animot.errors import InputError
from animot.video.cache_facts import FORMAT, CacheFacts, CacheKey, read_facts, read_key
from animot.video.frame_file import FrameFile, open_frames
from animot.video.pixels import resize

FRAMES_NAME = "frames.npy"
FACTS_NAME = "frames.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameCache:
    """Frames of one sequence at working size, memory-mapped from a file.

    Attributes
    ----------
    frames : red, green, blue in 0..255.
    index : 0-based frame of the sequence that each of them is, increasing.
    time : seconds of each from the start of the sequence.
    """

    frames: UInt8[np.ndarray, "N H W 3"]
    index: Int[np.ndarray, " N"]
    time: Float[np.ndarray, " N"]

    def __len__(self) -> int:
        return len(self.index)

    @property
    def runs(self) -> list[tuple[int, int]]:
        """Stretches of consecutive frames: positions (start, stop) in the cache, stop excluded."""
        breaks = (np.flatnonzero(np.diff(self.index) != 1) + 1).tolist()
        return list(zip([0, *breaks], [*breaks, len(self.index)], strict=True))

    @classmethod
    def build(
        cls,
        sequence: Sequence,
        size: tuple[int, int],
        folder: Path,
        max_frames: int = 20_000,
        run_frames: int = 256,
        on_progress: Callable[[int, int | None], None] | None = None,
    ) -> "FrameCache":
        """Fill a cache, or open it where the folder holds this very one already.

        A sequence of up to `max_frames` frames is kept whole. Of a longer one, runs of
        consecutive frames are kept, evenly spread over all of it, at least half of `max_frames`
        in all. One pass, and memory for one frame, however long it is. Another or damaged cache
        in the folder is replaced; the old one stays until the new one is complete.

        Parameters
        ----------
        sequence : of any length; its length need not be known.
        size : working (height, width) in pixels.
        folder : made where it is missing.
        max_frames : the most to keep, at least twice `run_frames`.
        run_frames : frames in a run.
        on_progress : called after each frame read, with the frames read so far and the frames
            to expect (None where unknown, and a hint at best).

        Raises
        ------
        InputError : where the folder cannot be written or the sequence cannot be read.
        """
        if max_frames < 2 * run_frames:
            raise ValueError(f"max_frames must be at least twice run_frames, {2 * run_frames}")
        key = CacheKey(
            format=FORMAT,
            source=sequence.fingerprint(),
            size=size,
            max_frames=max_frames,
            run_frames=run_frames,
        )
        if read_key(folder / FACTS_NAME) == key:
            try:
                return cls.open(folder)
            except InputError:
                pass  # Damaged, so it is built again.
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _fill(sequence, size, folder, key, on_progress)
        except OSError as error:
            raise InputError(
                f"{folder}: cannot hold the frames ({error.strerror}); "
                "make room or choose another folder"
            ) from error
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> "FrameCache":
        """Open the cache that `build` left in the folder.

        Raises
        ------
        InputError : where there is none, or it is damaged.
        """
        if not (folder / FACTS_NAME).is_file():
            raise InputError(f"{folder}: holds no frames of a video; learn from the video again")
        try:
            facts = read_facts(folder / FACTS_NAME)
            frames = open_frames(folder / FRAMES_NAME, facts.shape)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise InputError(
                f"{folder / FRAMES_NAME}: the stored frames are damaged ({reason}); "
                f"delete them and {FACTS_NAME}, and learn from the video again"
            ) from error
        return cls(frames=frames, index=np.array(facts.index), time=np.array(facts.time))


def _fill(
    sequence: Sequence,
    size: tuple[int, int],
    folder: Path,
    key: CacheKey,
    on_progress: Callable[[int, int | None], None] | None,
) -> None:
    run_frames = key.run_frames
    # Even, so that the run that finds the cache full is one of those kept at the doubled stride.
    most = key.max_frames // run_frames // 2 * 2 * run_frames
    stride = 1
    index: list[int] = []
    time: list[float] = []

    def wanted(at: int) -> bool:
        # Called for every frame, also those left out, so that progress shows on long videos.
        if on_progress is not None:
            on_progress(at + 1, sequence.num_frames)
        run = at // run_frames
        return run % stride == 0

    with FrameFile(folder / FRAMES_NAME, size) as file:
        for frame in sequence.frames(wanted=wanted):
            if len(index) == most:
                file.drop_every_other(run_frames)
                index, time = _every_other(index, run_frames), _every_other(time, run_frames)
                stride *= 2
            file.append(resize(frame.image, size))
            index.append(frame.index)
            time.append(frame.time)
        # From here until the new facts are written the folder holds no cache.
        (folder / FACTS_NAME).unlink(missing_ok=True)
    facts = CacheFacts(key=key, index=tuple(index), time=tuple(time))
    write_text(folder / FACTS_NAME, json.dumps(asdict(facts)))


def _every_other(values: list[Any], block: int) -> list[Any]:
    return [value for at, value in enumerate(values) if at // block % 2 == 0]
