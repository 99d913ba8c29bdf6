"""Background of a fixed camera: the colour that each pixel shows most often. Ours.

A median has to see a place empty more than half of the time. What stands there need not be the
same all the time, though: people who come and go have many colours, the wall behind them has one.
So the background is where the colours of a pixel lie closest together. And an object covers many
pixels at once: a colour counts for little where the pixels around it show no background in that
frame, as far as background has been found before; so the search is repeated.
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
    frames: UInt8[np.ndarray, "N H W D"], *, match_light: bool = False
) -> UInt8[np.ndarray, "H W D"]:
    """Mean colour of the densest cluster of each pixel's colours.

    What covers a pixel leaves no trace in it unless one colour of it is seen there as often as
    the background is.

    Parameters
    ----------
    frames : spread over the video, of 1 to 4 channels; the time goes with their number squared.
    match_light : whether jumps of exposure are undone.
    """
    found = _densest(frames, np.full(frames.shape[:3], 255, dtype=np.uint8))
    for _ in range(PASSES - 1):
        seen = frames
        if match_light:
            seen = np.stack([match_exposure(frame, found) for frame in frames])
        found = _densest(seen, _shown_around(seen, found))
    return found


def _shown_around(
    frames: UInt8[np.ndarray, "N H W D"], background: UInt8[np.ndarray, "H W D"]
) -> UInt8[np.ndarray, "N H W"]:
    """Share of each pixel's neighbourhood that shows background, 255 for all of it."""
    H, W = background.shape[:2]
    edge = 2 * round((H * W) ** 0.5 * NEIGHBOURHOOD / 2) + 1
    shown = [255 * _alike(frame, background, SHOWN).astype(np.uint8) for frame in frames]
    return np.stack([cv2.blur(pixels, (edge, edge)) for pixels in shown])


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
