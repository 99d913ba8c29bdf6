"""Images in the IDX format, gzipped, in which the MNIST digits are handed round."""

import gzip
import zlib
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from animot.errors import InputError

SIDE = 28  # pixels
IMAGES_OF_BYTES = 0x0803  # magic number: unsigned bytes, three dimensions
MOST_IMAGES = 1_000_000  # what a damaged header claims must not fill the memory


def read_idx_images(path: Path | str) -> UInt8[np.ndarray, "N 28 28"]:
    """Read 28x28 images, 0..255, from a gzipped IDX file.

    Raises
    ------
    InputError
        where there is no such file, or it is no complete IDX file of 28x28 images.
    """
    try:
        with gzip.open(path) as file:
            header = file.read(16)
            count = _count_images(header, path)
            pixels = file.read(count * SIDE * SIDE)
            more = file.read(1)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{path} cannot be read ({reason}); give a gzipped IDX file, whole and unchanged"
        ) from error
    if len(pixels) < count * SIDE * SIDE or more:
        raise InputError(
            f"{path} holds {'more' if more else 'less'} than the {count} images its header "
            "announces; fetch the file again"
        )
    return np.frombuffer(pixels, dtype=np.uint8).reshape(count, SIDE, SIDE)


def _count_images(header: bytes, path: Path | str) -> int:
    magic, count, height, width = np.frombuffer(header.ljust(16, b"\0"), dtype=">u4").tolist()
    if len(header) < 16 or magic != IMAGES_OF_BYTES:
        raise InputError(f"{path} holds no images in the IDX format; give an idx3-ubyte.gz file")
    if (height, width) != (SIDE, SIDE):
        raise InputError(f"{path} holds images of {width}x{height} pixels; give 28x28 ones")
    if not 0 < count <= MOST_IMAGES:
        raise InputError(
            f"{path} announces {count} images; give a file of 1 to {MOST_IMAGES} images"
        )
    return int(count)
