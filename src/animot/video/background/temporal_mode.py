"""Background of a fixed camera: the colour that each pixel shows most often. Ours.

A median has to see a place empty more than half of the time. What stands there need not be the
same all the time, though: people who come and go have many colours, the wall behind them has one.
So the background is where the colours of a pixel lie closest together. And an object covers many
pixels at once: a colour counts for little where the pixels around it show no background in that
frame, as far as background has been found before; so the search is repeated. What moves shows none,
either: many coats are black, and those of people who pass could be taken for one thing.
"""

from itertools import combinations

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

from animot.video.background.exposure import match_exposure

# Colours are the same if no channel differs by more (grey levels): the noise of a camera and of
# compression stays below; twice as much would take grey clothes for a grey wall.
SAME = 12
# A frame shows background where no channel differs by more: its soft shadows, too.
SHOWN = 20
# Edge of the neighbourhood of a pixel, as part of the root of the frame's area: wider than most
# objects, so that what they have alike, such as black shoes, is told by the rest of them.
NEIGHBOURHOOD = 1 / 4
# The first of them knows of no background yet.
PASSES = 4
# Pixels that are worked on at a time: with 100 frames, 80 MB for 2^16 of them.
STRIP = 2**16


def temporal_mode(
    frames: UInt8[np.ndarray, "N H W D"],
    still: Bool[np.ndarray, "N H W"] | None = None,
    *,
    match_light: bool = False,
) -> UInt8[np.ndarray, "H W D"]:
    """Mean colour of the densest cluster of each pixel's colours.

    What covers a pixel leaves no trace in it unless one colour of it is seen there as often as
    the background is.

    Parameters
    ----------
    frames : spread over the video, of 1 to 4 channels; the time goes with their number squared.
    still : pixels that do not change at that time, see `still_pixels`; None: all.
    match_light : whether jumps of exposure are undone.
    """
    if still is None:
        still = np.ones(frames.shape[:3], dtype=bool)
    found = _densest(frames, _around(still))
    for _ in range(PASSES - 1):
        seen = frames
        if match_light:
            seen = np.stack([match_exposure(frame, found) for frame in frames])
        shown = np.stack([_alike(frame, found, SHOWN) for frame in seen])
        found = _densest(seen, _around(shown & still))
    return found


def still_pixels(
    frame: UInt8[np.ndarray, "H W D"], others: list[UInt8[np.ndarray, "H W D"]]
) -> Bool[np.ndarray, "H W"]:
    """Where a frame is like others that were taken a moment before and after."""
    still = np.ones(frame.shape[:2], dtype=bool)
    for other in others:
        still &= _alike(frame, other, SAME)
    return still


def _around(pixels: Bool[np.ndarray, "N H W"]) -> UInt8[np.ndarray, "N H W"]:
    """Share of each pixel's neighbourhood, 255 for all of it."""
    H, W = pixels.shape[1:]
    edge = 2 * round((H * W) ** 0.5 * NEIGHBOURHOOD / 2) + 1
    return np.stack([cv2.blur(255 * frame.astype(np.uint8), (edge, edge)) for frame in pixels])


def _densest(
    frames: UInt8[np.ndarray, "N H W D"], shown: UInt8[np.ndarray, "N H W"]
) -> UInt8[np.ndarray, "H W D"]:
    """Strip by strip, so that memory does not grow with the frame."""
    height = max(1, STRIP // frames.shape[2])
    strips = [slice(top, top + height) for top in range(0, frames.shape[1], height)]
    return np.concatenate(
        [
            _densest_of_strip(
                frames[:, rows],
                # Squared, so that the border of an object, half background, counts for a quarter;
                # never 0, as a pixel that nowhere shows background has to have a colour, too.
                np.square((shown[:, rows] + np.float32(1)) / 256),
            )
            for rows in strips
        ]
    )


def _densest_of_strip(
    frames: UInt8[np.ndarray, "N h W D"], weights: Float[np.ndarray, "N h W"]
) -> UInt8[np.ndarray, "h W D"]:
    """Weighted mean of the colours that are alike the one which most weight is alike to."""
    alike_to = weights.copy()
    for i, j in combinations(range(len(frames)), 2):
        alike = _alike(frames[i], frames[j], SAME)
        alike_to[i] += alike * weights[j]
        alike_to[j] += alike * weights[i]
    centre = np.take_along_axis(frames, alike_to.argmax(axis=0)[None, ..., None], axis=0)[0]
    total = np.zeros(centre.shape, dtype=np.float32)
    weight = np.zeros((*centre.shape[:2], 1), dtype=np.float32)
    for frame, of_frame in zip(frames, weights, strict=True):
        joins = (_alike(frame, centre, SAME) * of_frame)[..., None]
        total += joins * frame
        weight += joins
    return np.rint(total / weight).astype(np.uint8)


def _alike(
    one: UInt8[np.ndarray, "h W D"], other: UInt8[np.ndarray, "h W D"], most: int
) -> Bool[np.ndarray, "h W"]:
    """Where no channel differs by more; with OpenCV, as it is by far the most of the work."""
    difference = cv2.absdiff(one, other)
    return cv2.inRange(difference, (0, 0, 0, 0), (most,) * 4).astype(bool)
