"""Jumps of exposure and white balance: how a frame's light differs from the background's.

A camera that sets its exposure anew changes all pixels of a channel alike, by a gain and an
offset. Both are found from the pixels that show background, and then undone: the frame is given
the light of the background, in which an object keeps its looks.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float, Shaped, UInt8

# Pixels that a fit looks at; more make it slower, hardly better.
FITTED_PIXELS = 600
# A background that varies less (standard deviation, grey levels) tells no gain from an offset.
LEAST_CONTRAST = 3.0
# Of the pixels looked at, so many must show background and not be clipped.
LEAST_PIXELS = 0.1
# Mean change of the background, in grey levels, below which a fit may be noise, and does no harm.
NOISE = 5.0
GAINS = (0.25, 4.0)
# A line is found when no pixel's distance to it changes by more than this, in grey levels.
SETTLED = 1.0
MOST_ITERATIONS = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Exposure:
    """A frame shows gain * background + offset, channel by channel; both in grey levels."""

    gain: Float[np.ndarray, " D"]
    offset: Float[np.ndarray, " D"]

    def of(self, background: Shaped[np.ndarray, "*B D"]) -> Float[np.ndarray, "*B D"]:
        """Background as this exposure shows it; clipped as a camera does."""
        return np.clip(self.gain * background.astype(np.float32) + self.offset, 0, 255)


def fit_exposure(
    image: UInt8[np.ndarray, "H W D"],
    background: UInt8[np.ndarray, "H W D"],
    held: Bool[np.ndarray, "H W"] | None = None,
) -> Exposure | None:
    """Exposure of the frame, by least absolute deviations; None where it is the background's.

    None, too, where what is seen cannot be told: too few pixels, or gains beyond `GAINS`.

    Parameters
    ----------
    image : of less than half of which objects take up what is not held.
    held : pixels that are known to show objects.
    """
    step = max(1, int((image.shape[0] * image.shape[1] / FITTED_PIXELS) ** 0.5))
    seen, behind = (
        picture[::step, ::step].reshape(-1, picture.shape[2]).T.astype(np.float32, order="C")
        for picture in (image, background)
    )
    # What is clipped says nothing of a gain.
    usable = (seen > 1) & (seen < 254) & (behind > 1) & (behind < 254)
    if held is not None:
        usable &= ~held[::step, ::step].reshape(-1)
    if usable.sum(axis=1).min() < max(LEAST_PIXELS * seen.shape[1], 2):
        return None
    exposure = _least_absolute(seen, behind, usable)
    change = np.abs(exposure.of(behind.T) - behind.T).mean(axis=0).max()
    inside = (exposure.gain >= GAINS[0]) & (exposure.gain <= GAINS[1])
    return exposure if inside.all() and change > NOISE else None


def match_exposure(
    image: UInt8[np.ndarray, "H W D"],
    background: UInt8[np.ndarray, "H W D"],
    held: Bool[np.ndarray, "H W"] | None = None,
) -> UInt8[np.ndarray, "H W D"]:
    """The frame in the light of the background; the very frame where its light is that.

    It is the difference to the background at the frame's exposure that is carried over: where
    both are clipped to white, it is zero.

    Parameters
    ----------
    held : as in `fit_exposure`.
    """
    exposure = fit_exposure(image, background, held)
    if exposure is None:
        return image
    # background + (image - exposure.of(background)) / gain, each part looked up by its level.
    levels = np.repeat(np.arange(256, dtype=np.float32)[:, None], image.shape[2], axis=1)
    of_image = cv2.LUT(image, (levels / exposure.gain)[None])
    of_background = cv2.LUT(background, (levels - exposure.of(levels) / exposure.gain)[None])
    matched = cv2.add(of_image, of_background, dtype=cv2.CV_8U)
    return np.asarray(matched, np.uint8).reshape(image.shape)


def _least_absolute(
    seen: Float[np.ndarray, "D N"],
    behind: Float[np.ndarray, "D N"],
    usable: Bool[np.ndarray, "D N"],
) -> Exposure:
    """Lines through the pixels of each channel, by least squares weighted anew each time."""
    # About some middle, so that sums of products keep their digits.
    middle_seen, middle_behind = (v.mean(axis=1, keepdims=True) for v in (seen, behind))
    y, x = seen - middle_seen, behind - middle_behind
    products = np.stack([np.ones_like(x), x, y, x * x, x * y], axis=1)
    # Most often the light has not changed, and this is the end of it.
    residual = seen - behind
    for _ in range(MOST_ITERATIONS):
        weight = usable / np.maximum(np.abs(residual), np.float32(1))
        total, *sums = (products @ weight[..., None])[..., 0].T
        mean_x, mean_y, mean_xx, mean_xy = sums / total
        variance = mean_xx - mean_x**2
        slope = (mean_xy - mean_x * mean_y) / np.maximum(variance, 1)
        gain = np.where(variance > LEAST_CONTRAST**2, slope, np.float32(1))
        offset = mean_y - gain * mean_x
        before, residual = residual, y - gain[:, None] * x - offset[:, None]
        if np.abs(residual - before).max() < SETTLED:
            break
    offset += middle_seen[:, 0] - gain * middle_behind[:, 0]
    return Exposure(gain=gain, offset=offset)
