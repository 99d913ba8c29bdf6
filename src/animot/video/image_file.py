"""One image file, read into red, green, blue."""

from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8, UInt16


def read_image(
    file: Path,
) -> UInt8[np.ndarray, "H W 3"] | UInt16[np.ndarray, "H W 3"] | None:
    """Image in its own depth, grey spread to three channels, alpha dropped; None if unreadable.

    Unreadable is what is missing, forbidden, no image, or has samples that are no integers.
    """
    if not file.is_file():  # a pipe would be waited for
        return None
    try:
        content = np.frombuffer(file.read_bytes(), dtype=np.uint8)
        # Not imread, which fails on non-ASCII paths under Windows.
        image = cv2.imdecode(content, cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
    except (OSError, cv2.error):
        return None
    if image is None or image.dtype not in (np.uint8, np.uint16):
        return None
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def used_bits(image: UInt8[np.ndarray, "H W 3"] | UInt16[np.ndarray, "H W 3"]) -> int:
    """Bits that the largest sample needs, at least 8."""
    return max(8, int(image.max()).bit_length())


def to_8_bits(
    image: UInt8[np.ndarray, "H W 3"] | UInt16[np.ndarray, "H W 3"], bits: int
) -> UInt8[np.ndarray, "H W 3"]:
    """Keep the upper 8 of the bits in use; what is brighter than these can say becomes 255."""
    if image.dtype == np.uint8:
        return image
    samples: np.ndarray = np.minimum(image >> (bits - 8), 255)
    return samples.astype(np.uint8)
