"""Pictures put together from pictures: beside each other, under each other, with captions."""

from collections.abc import Sequence

import cv2
import numpy as np
from jaxtyping import UInt8

PAPER = 255
INK = 0
GAP = 4
CAPTION_HEIGHT = 18
FONT, FONT_SCALE = cv2.FONT_HERSHEY_SIMPLEX, 0.4

Picture = UInt8[np.ndarray, "_ _ 3"]  # of any size, red, green, blue


def beside(pictures: Sequence[Picture], gap: int = GAP) -> Picture:
    """From left to right, centred vertically."""
    height = max(len(picture) for picture in pictures)
    padded = [_padded(picture, height, picture.shape[1]) for picture in pictures]
    rule = np.full((height, gap, 3), PAPER, dtype=np.uint8)
    return np.concatenate([part for p in padded for part in (rule, p)][1:], axis=1)


def under(pictures: Sequence[Picture], gap: int = GAP) -> Picture:
    """From top to bottom, centred horizontally."""
    width = max(picture.shape[1] for picture in pictures)
    padded = [_padded(picture, len(picture), width) for picture in pictures]
    rule = np.full((gap, width, 3), PAPER, dtype=np.uint8)
    return np.concatenate([part for p in padded for part in (rule, p)][1:], axis=0)


def _padded(picture: Picture, height: int, width: int) -> Picture:
    down, across = height - picture.shape[0], width - picture.shape[1]
    border = ((down // 2, down - down // 2), (across // 2, across - across // 2), (0, 0))
    return np.pad(picture, border, constant_values=PAPER)


def caption(text: str, width: int) -> Picture:
    """A line of text; what is too long for the width is cut off."""
    line = np.full((CAPTION_HEIGHT, width, 3), PAPER, dtype=np.uint8)
    cv2.putText(
        line, text, (0, CAPTION_HEIGHT - 6), FONT, FONT_SCALE, (INK,) * 3, 1, cv2.LINE_AA
    )  # fmt: skip
    return line


def with_margin(picture: Picture) -> Picture:
    """With a white margin all around."""
    return np.pad(picture, ((GAP, GAP), (GAP, GAP), (0, 0)), constant_values=PAPER)


def to_png(picture: Picture) -> bytes:
    """The picture as the content of a PNG file."""
    _, content = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return content.tobytes()
