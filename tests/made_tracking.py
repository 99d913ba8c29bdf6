"""A small model that reports something, and video for it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from animot.saved import Camera, Model
from animot.tba.config import TBAConfig
from animot.tba.model import TBA
from animot.tba.presets import fast
from animot.video.writer import VideoWriter

CONFIG: TBAConfig = fast(
    frame_size=(32, 48), frame_channels=3, patch_size=(7, 5), num_trackers=3, scale_range=(0.4, 0.4)
)


def made_scene(seed: int, height: int = 64, width: int = 96) -> np.ndarray:
    """A still background of coloured squares."""
    coarse = np.random.default_rng(seed).integers(40, 200, (height // 8, width // 8, 3))
    return np.kron(coarse, np.ones((8, 8, 1))).astype(np.uint8)


def made_frames(scene: np.ndarray, count: int = 24) -> np.ndarray:
    """A red block that moves over the scene."""
    frames = np.repeat(scene[None], count, axis=0)
    for t, frame in enumerate(frames):
        left = 3 * t % 86
        frame[20:34, left : left + 10] = (250, 20, 30)
    return frames


def write_video(path: Path, frames: Sequence[np.ndarray] | np.ndarray) -> Path:
    """The frames at 10 a second."""
    with VideoWriter(path, 10.0) as writer:
        for frame in frames:
            writer.write(frame)
    return path


def write_images(folder: Path, frames: np.ndarray) -> Path:
    """The frames as a folder of images, without any loss."""
    folder.mkdir()
    for index, frame in enumerate(frames):
        cv2.imwrite(str(folder / f"{index}.png"), frame[..., ::-1])
    return folder


def made_model(seed: int = 0, bias: float = 9.0, **changes: Any) -> Model:
    """An untrained model that knows the camera of scene 1; with this bias all trackers are on."""
    torch.manual_seed(seed)
    network = TBA(replace(CONFIG, **changes))
    with torch.no_grad():
        network.rat.output.placement_layer.bias[0] = bias
    background = made_scene(1)[::2, ::2].copy()
    return Model(network=network, cameras=[Camera(background=background)], facts={})
