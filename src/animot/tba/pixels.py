"""From decoded pixels to the tensors a model works with."""

import cv2
import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor


def to_working_size(
    image: UInt8[np.ndarray, "H W 3"], size: tuple[int, int], channels: int
) -> UInt8[np.ndarray, "h w D"]:
    """Image in the size (height, width) and with the channels that a model works with."""
    if image.shape[:2] != size:
        image = cv2.resize(image, (size[1], size[0]), interpolation=cv2.INTER_AREA)
    if channels == 1:
        return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
    return image


def to_tensor(
    images: UInt8[np.ndarray, "*B H W D"], device: torch.device | None = None
) -> Float[Tensor, "*B D H W"]:
    """Frames in [0, 1], channel first."""
    pixels = torch.from_numpy(images).to(device)
    return pixels.movedim(-1, -3).contiguous().float().div_(255)
