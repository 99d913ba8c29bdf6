"""What stands beside the cached frames of a video: which they are, and of what."""

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from animot.data.from_json import from_json

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class CacheKey:
    """What decides which frames a cache holds.

    Attributes
    ----------
    format : of the cache itself.
    source : fingerprint of the sequence.
    size : working (height, width) in pixels.
    max_frames, run_frames : the most to keep, and frames in a run.
    """

    format: int
    source: str
    size: tuple[int, int]
    max_frames: int
    run_frames: int


@dataclass(frozen=True, kw_only=True)
class CacheFacts:
    """What stands beside the frames.

    Attributes
    ----------
    key : what decided which frames there are.
    index : 0-based frame of the sequence that each of them is, increasing.
    time : seconds of each from the start of the sequence, never decreasing.
    """

    key: CacheKey
    index: tuple[int, ...]
    time: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what no cache holds."""
        if len(self.time) != len(self.index):
            raise ValueError(f"{len(self.index)} frames have {len(self.time)} times")
        if not self.index or not 0 <= self.index[0] <= self.index[-1] < 2**53:
            raise ValueError("there are no frames, or their numbers are out of range")
        if not all(a < b for a, b in pairwise(self.index)):
            raise ValueError("the numbers of the frames do not increase")
        if not all(a <= b < math.inf for a, b in pairwise((0.0, *self.time))):
            raise ValueError("the times of the frames run backwards")

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of the frames: how many, height, width, 3."""
        return len(self.index), *self.key.size, 3


def read_facts(path: Path) -> CacheFacts:
    """Facts from a file; OSError or ValueError where it is missing or damaged."""
    try:
        return from_json(CacheFacts, json.loads(path.read_bytes()))
    except RecursionError as error:
        raise ValueError("brackets without end") from error


def read_key(path: Path) -> CacheKey | None:
    """Key of the facts in a file, or None where they cannot be read."""
    try:
        return read_facts(path).key
    except (OSError, ValueError):
        return None
