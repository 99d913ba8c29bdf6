"""Strips of several models, kept as files, so that a program of its own may add one.

strips/TBA.npz         frames (N H W 3) and outputs (N I U V 3), red, green, blue in 0..255
"""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from animot.data.atomic import write_bytes
from animot.errors import InputError
from animot.report.strips import Strip

FOLDER = "strips"


def write_strip(out: Path, strip: Strip) -> None:
    """Keep the strip in the folder of a reproduction."""
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    np.savez_compressed(content, frames=strip.frames, outputs=strip.outputs)
    write_bytes(out / FOLDER / f"{strip.name}.npz", content.getvalue())


def read_strips(out: Path, first: Sequence[str]) -> list[Strip]:
    """All strips in the folder: those with these names first, in this order.

    Raises
    ------
    InputError : where a file holds no strip. Nothing is unpickled.
    """
    found = sorted(path.stem for path in (out / FOLDER).glob("*.npz"))
    names = [*(name for name in first if name in found), *(n for n in found if n not in first)]
    return [_read(out / FOLDER / f"{name}.npz") for name in names]


def _read(path: Path) -> Strip:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            frames, outputs = arrays["frames"], arrays["outputs"]
        if not (_is_rgb(frames, 4) and _is_rgb(outputs, 5) and len(frames) == len(outputs)):
            raise ValueError("wrong shapes")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: holds no strip ({error}); remove it") from error
    return Strip(name=path.stem, frames=frames, outputs=outputs)


def _is_rgb(images: np.ndarray, dimensions: int) -> bool:
    return images.ndim == dimensions and images.shape[-1] == 3 and images.dtype == np.uint8
