"""The pixels of a frame that show what moves: whole things, by their difference to the background.

Not every difference is a thing. Noise and soft light are faint; where the camera trembles, or what
stands there sways, the edges of the background differ from one frame to the next, but show colours
that the background has a pixel away. And not every pixel of a thing differs: grey clothes on a
grey street leave holes.
"""

import cv2
import numpy as np
from jaxtyping import Bool, UInt8

# Difference to the background, of the strongest channel, that noise and shadows seldom reach.
THRESHOLD = 30
# Most of a frame is background. Where that differs a lot, by noise or by light that was not undone,
# a thing has to differ by so many times the median; of grey Gaussian noise, seven pixels in 1,000
# do, and these are specks.
TIMES_MEDIAN = 4
# A thing has so many pixels of which the colour is not found in the background beside them.
LEAST_AREA = 12
NEIGHBOURS = np.ones((3, 3), dtype=np.uint8)


def foreground(
    frame: UInt8[np.ndarray, "H W D"], background: UInt8[np.ndarray, "H W D"]
) -> Bool[np.ndarray, "H W"]:
    """Where things are that the background does not show; without gaps of two pixels, or holes.

    Parameters
    ----------
    frame : in the light of the background.
    """
    difference = _strongest(cv2.absdiff(frame, background))
    threshold = max(THRESHOLD, TIMES_MEDIAN * float(np.median(difference)))
    closed = cv2.morphologyEx(
        (difference > threshold).astype(np.uint8), cv2.MORPH_CLOSE, NEIGHBOURS
    )
    count, region = cv2.connectedComponents(_filled(closed), connectivity=8)
    new = _to_neighbours(frame, background) > threshold
    # Outside of all regions, which is number 0, nothing is new.
    is_thing = np.bincount(region[new], minlength=count) >= LEAST_AREA
    return is_thing[region]


def differing(
    frame: UInt8[np.ndarray, "H W D"], background: UInt8[np.ndarray, "H W D"]
) -> Bool[np.ndarray, "H W"]:
    """Just the pixels that differ, holes and specks as they are; for every frame of live video."""
    return np.asarray(_strongest(cv2.absdiff(frame, background)) > THRESHOLD)


def _to_neighbours(
    frame: UInt8[np.ndarray, "H W D"], background: UInt8[np.ndarray, "H W D"]
) -> UInt8[np.ndarray, "H W"]:
    """Difference to the range of colours that the background has around each pixel."""
    below = cv2.subtract(cv2.erode(background, NEIGHBOURS).reshape(frame.shape), frame)
    above = cv2.subtract(frame, cv2.dilate(background, NEIGHBOURS).reshape(frame.shape))
    return _strongest(cv2.max(below, above))


def _strongest(difference: np.ndarray) -> UInt8[np.ndarray, "H W"]:
    """The strongest channel; a maximum over a short last axis would be ten times slower."""
    return np.asarray(np.maximum.reduce(cv2.split(difference)), dtype=np.uint8)


def _filled(mask: UInt8[np.ndarray, "H W"]) -> UInt8[np.ndarray, "H W"]:
    """The mask with everything that lies inside of its outlines."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, outlines, contourIdx=-1, color=(1,), thickness=cv2.FILLED)
    return filled
