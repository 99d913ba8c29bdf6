"""Random changes of training images; FairMOT's, as section 4 of our notes on it has them."""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import UInt8

from animot.atttrack.letterbox import Affine, warp

COLOUR = 0.5  # saturation and brightness change by up to this part
DEGREES = 5.0
SHIFT = 0.1  # of the width and of the height
SCALE = (0.5, 1.2)
FLIP_CHANCE = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Augmentation:
    """One draw; both frames of a pair get the same, so that the motion between them stays true.

    Attributes
    ----------
    saturation, brightness : factors of S and V in HSV.
    affine : from pixels of the network's input to such pixels.
    """

    saturation: float
    brightness: float
    affine: Affine

    def __call__(self, image: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "H W 3"]:
        """Change an image; `affine` says where its objects go."""
        return warp(self._recolour(image), self.affine)

    def _recolour(self, image: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "H W 3"]:
        levels = np.arange(256)
        table = np.stack([levels, levels * self.saturation, levels * self.brightness], axis=-1)
        table = np.clip(np.rint(table), 0, 255).astype(np.uint8)[None]
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        return cv2.cvtColor(cv2.LUT(hsv, table), cv2.COLOR_HSV2RGB)


def draw_augmentation(random: np.random.Generator, size: tuple[int, int]) -> Augmentation:
    """Draw what happens to images of (width, height)."""
    saturation, brightness = random.uniform(1 - COLOUR, 1 + COLOUR, 2).tolist()
    angle = np.deg2rad(random.uniform(-DEGREES, DEGREES))
    scale = random.uniform(*SCALE)
    shift = random.uniform(-SHIFT, SHIFT, 2) * size
    flip = -1.0 if random.uniform() < FLIP_CHANCE else 1.0
    # Turned, resized and mirrored around the middle, then shifted.
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = scale * turn @ np.diag([flip, 1.0])
    middle = np.array(size) / 2
    offset = middle - linear @ middle + shift
    affine = np.concatenate([linear, offset[:, None]], axis=1)
    return Augmentation(saturation=saturation, brightness=brightness, affine=affine)
