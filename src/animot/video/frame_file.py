"""A .npy file of frames that grows while a video is read, without knowing its length."""

import io
import math
import os
from pathlib import Path
from types import TracebackType

import numpy as np
from jaxtyping import UInt8

from animot.data.atomic import part_name


class FrameFile:
    """Frames of one size, appended to a .npy file that appears under its name once complete.

    A context manager: left without an error, the file is complete and replaces one of its name;
    left with an error, nothing of it stays. Plain writes, not a memory map, so that a full disk
    is an OSError and not the end of the process.

    Parameters
    ----------
    path : of the file.
    size : (height, width) of the frames in pixels.
    """

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self._path = path
        self._part = part_name(path)
        self._size = size
        self._num_frames = 0

    def __enter__(self) -> "FrameFile":
        self._file = self._part.open("w+b")
        self._file.write(self._header())
        return self

    def append(self, image: UInt8[np.ndarray, "H W 3"]) -> None:
        """Add one frame."""
        self._file.write(np.ascontiguousarray(image).data)
        self._num_frames += 1

    def drop_every_other(self, block: int) -> None:
        """Keep the first block of frames, drop the second, keep the third, and so on.

        Parameters
        ----------
        block : frames in a block; the file holds a whole number of blocks.
        """
        num_blocks = self._num_frames // block
        num_bytes = block * self._frame_bytes()
        start = len(self._header())
        for kept, old in enumerate(range(0, num_blocks, 2)):
            self._file.seek(start + old * num_bytes)
            content = self._file.read(num_bytes)
            self._file.seek(start + kept * num_bytes)
            self._file.write(content)
        self._num_frames = (num_blocks + 1) // 2 * block
        self._file.truncate()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._file.seek(0)
                self._file.write(self._header())
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file.close()
            if kind is None:
                self._part.replace(self._path)
        finally:
            self._file.close()
            self._part.unlink(missing_ok=True)

    def _frame_bytes(self) -> int:
        return self._size[0] * self._size[1] * 3

    def _header(self) -> bytes:
        return _header((self._num_frames, *self._size, 3))


def open_frames(path: Path, shape: tuple[int, int, int, int]) -> UInt8[np.ndarray, "N H W 3"]:
    """Memory map of the frames of such a file.

    The header is compared, not read: one that is damaged or foreign is never evaluated.

    Raises
    ------
    OSError, ValueError : where the file is missing or is not one of this shape.
    """
    header = _header(shape)
    with path.open("rb") as file:
        found = file.read(len(header))
    if found != header or path.stat().st_size != len(header) + math.prod(shape):
        raise ValueError(f"it does not hold {'x'.join(map(str, shape))} numbers")
    return np.memmap(path, dtype=np.uint8, mode="r", offset=len(header), shape=shape)


def _header(shape: tuple[int, ...]) -> bytes:
    """Header for frames of this shape; NumPy pads it, so its length stays while they grow."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|u1", "fortran_order": False, "shape": shape}
    )
    return header.getvalue()
