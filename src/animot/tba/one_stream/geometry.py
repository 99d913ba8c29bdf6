"""`animot.tba.geometry` for a few poses, in NumPy."""

import numpy as np
from jaxtyping import Float

from animot.tba.config import TBAConfig
from animot.tba.geometry import shift_reach


class Geometry:
    """From the numbers that NN_out gives to the size and the place of a box.

    Parameters
    ----------
    config : says what the numbers mean.
    """

    def __init__(self, config: TBAConfig) -> None:
        (H, W), (U, V) = config.frame_size, config.patch_size
        self.fixed_scale, self.aspect = config.fixed_scale, config.aspect
        self.reach = np.array(shift_reach(config), np.float32)
        self.scale_range = np.array(config.scale_range, np.float32)
        self.patch = np.array((2 * V / W, 2 * U / H), np.float32)

    def pose_of(self, raw: Float[np.ndarray, " P"]) -> Float[np.ndarray, " 4"]:
        """Pose from the output network's numbers."""
        pose = np.tanh(raw)
        if self.fixed_scale:  # a scale of 0 is size 1
            pose = np.concatenate([np.zeros_like(pose), pose])
        pose[2:] *= self.reach
        return pose

    def box_size(self, pose: Float[np.ndarray, "*shape 4"]) -> Float[np.ndarray, "*shape 2"]:
        """Width and height of the box in half frames."""
        return self._object_scale(pose) * self.patch

    def _object_scale(self, pose: Float[np.ndarray, "*shape 4"]) -> Float[np.ndarray, "*shape 2"]:
        aspect = self.aspect
        if aspect is None:
            return 1 + self.scale_range * pose[..., :2]
        scale = 1 + aspect.size_range * pose[..., 0]
        root = np.sqrt(aspect.ratio + aspect.ratio_range * pose[..., 1])
        return np.stack([scale / root, scale * root], axis=-1)

    def boxes(self, pose: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 4"]:
        """xyxy boxes of poses, in whole frames (0 to 1 is inside)."""
        return corners(pose[:, 2:], self.box_size(pose))


def corners(
    centre: Float[np.ndarray, "N 2"], size: Float[np.ndarray, "N 2"]
) -> Float[np.ndarray, "N 4"]:
    """xyxy boxes in whole frames (0 to 1 is inside), from centre and size in half frames."""
    middle, half = centre.astype(np.float64) / 2 + 0.5, size.astype(np.float64) / 4
    return np.concatenate([middle - half, middle + half], axis=1)
