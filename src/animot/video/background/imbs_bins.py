"""Bins of colour for each pixel: on-line clustering, and the modes that come of it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

# A sample joins a bin whose colour is this near in every channel (grey levels).
ASSOCIATION_THRESHOLD = 5.0
# Samples that make a bin a mode.
MIN_BIN_HEIGHT = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Bins:
    """K colours of each pixel, changed in place.

    Attributes
    ----------
    colour : running mean of the samples.
    height : number of samples; 0: the bin is free.
    moving : whether its samples were foreground when they were taken.
    """

    colour: Float[np.ndarray, "K H W D"]
    height: Int[np.ndarray, "K H W"]
    moving: Bool[np.ndarray, "K H W"]


def no_bins(shape: tuple[int, ...], max_bins: int) -> Bins:
    """Free bins for a frame of shape (H, W, D)."""
    H, W, D = shape
    return Bins(
        colour=np.zeros((max_bins, H, W, D), dtype=np.float32),
        height=np.zeros((max_bins, H, W), dtype=np.int32),
        moving=np.zeros((max_bins, H, W), dtype=bool),
    )


def add_sample(
    bins: Bins,
    colour: Float[np.ndarray, "H W D"],
    moving: Bool[np.ndarray, "H W"],
    wanted: Bool[np.ndarray, "H W"],
) -> None:
    """Put each wanted pixel into the first bin that is near enough, or else into a free one.

    Where no bin is free, the sample is lost. A bin is foreground if its last sample was.
    """
    left = wanted.copy()
    for k in range(len(bins.height)):
        near = np.abs(bins.colour[k] - colour).max(axis=2) <= ASSOCIATION_THRESHOLD
        # Bins fill up in order: the first free one comes after all that are in use.
        joins = left & (near | (bins.height[k] == 0))
        bins.height[k] += joins
        share = joins / np.maximum(bins.height[k], 1)
        bins.colour[k] += share[..., None].astype(np.float32) * (colour - bins.colour[k])
        np.copyto(bins.moving[k], moving, where=joins)
        left &= ~joins
        if not left.any():
            return


def modes_of(
    bins: Bins, before: Bins | None, picture: UInt8[np.ndarray, "H W D"]
) -> tuple[Bins, UInt8[np.ndarray, "H W D"]]:
    """Modes, the highest first, and the picture of the highest that are not foreground.

    A pixel without one keeps what it had.

    Parameters
    ----------
    before : modes until now; None: there are none.
    picture : until now.
    """
    height = np.where(bins.height >= MIN_BIN_HEIGHT, bins.height, 0)
    order = np.argsort(-height, axis=0, kind="stable")
    modes = Bins(
        colour=np.take_along_axis(bins.colour, order[..., None], axis=0),
        height=np.take_along_axis(height, order, axis=0),
        moving=np.take_along_axis(bins.moving, order, axis=0),
    )
    still = np.where(modes.moving, 0, modes.height)
    best = still.argmax(axis=0)[None]
    known = still.max(axis=0) > 0
    found = np.take_along_axis(modes.colour, best[..., None], axis=0)[0]
    picture = np.where(known[..., None], np.rint(found).astype(np.uint8), picture)
    if before is not None:
        modes.colour[:, ~known] = before.colour[:, ~known]
        modes.height[:, ~known] = before.height[:, ~known]
        modes.moving[:, ~known] = before.moving[:, ~known]
    return modes, picture
