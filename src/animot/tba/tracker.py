"""A learned model as a `Tracker`: frames in, boxes with identities out."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from animot.tba.constants import constant
from animot.tba.geometry import object_scale
from animot.tba.model import TBA
from animot.tba.pixels import to_tensor, to_working_size
from animot.tba.rat_state import RATState
from animot.tracker import Frame
from animot.tracks import FrameTracks


@dataclass(frozen=True, kw_only=True, eq=False)
class TBAState:
    """What a tracker carries from frame to frame.

    Attributes
    ----------
    trackers : states of the tracker array, batch of 1.
    track_id : identity that each tracker reports, 0 where it reports nothing.
    last_id : the largest identity given so far.
    """

    trackers: RATState
    track_id: Int[np.ndarray, " I"]
    last_id: int


class TBATracker:
    """Tracks with a learned model, one frame at a time.

    Parameters
    ----------
    model : learned.
    background : of the camera, in the model's working size, 0..255.
    ignore : pixels, in working size, that are shown to the model as background.
    """

    def __init__(
        self,
        model: TBA,
        background: UInt8[np.ndarray, "H W D"],
        ignore: Bool[np.ndarray, "H W"] | None = None,
    ) -> None:
        self.model = model.for_tracking()
        self.pixels = background
        self.ignore = ignore
        self.device = next(model.parameters()).device
        self.background = to_tensor(background[None], self.device)

    def start(self) -> TBAState:
        """No tracker holds anything."""
        return TBAState(
            trackers=self.model.start(1),
            track_id=np.zeros(self.model.config.num_trackers, dtype=np.int64),
            last_id=0,
        )

    @torch.inference_mode()
    def step(self, state: TBAState, frame: Frame) -> tuple[TBAState, FrameTracks]:
        """Objects are the trackers with a confidence above 0.5.

        One unbroken run above 0.5 of one tracker is one identity.
        """
        config = self.model.config
        image = to_working_size(frame.image, config.frame_size, config.frame_channels)
        if self.ignore is not None:
            image = np.where(self.ignore[..., None], self.pixels, image)
        trackers, turns = self.model.step(
            to_tensor(image[None], self.device), self.background, state.trackers
        )
        confidence = turns.confidence[0].double().cpu().numpy()
        on = confidence >= 0.5 if config.report_at_half else confidence > 0.5
        track_id, last_id = _identities(state, on)
        height, width = frame.image.shape[:2]
        objects = FrameTracks(
            track_id=track_id[on],
            box=boxes_of(turns.pose[0], self.model)[on] * np.array([width, height] * 2),
            confidence=confidence[on],
            layer=self.model.rat.output.likeliest_layer(turns.hidden[0]).cpu().numpy()[on],
        )
        return TBAState(trackers=trackers, track_id=track_id, last_id=last_id), objects


def _identities(state: TBAState, on: np.ndarray) -> tuple[Int[np.ndarray, " I"], int]:
    new = on & (state.track_id == 0)
    track_id = np.where(on, state.track_id, 0)
    track_id[new] = state.last_id + 1 + np.arange(new.sum())
    return track_id, state.last_id + int(new.sum())


def boxes_of(pose: Float[Tensor, "I 4"], model: TBA) -> Float[np.ndarray, "I 4"]:
    """xyxy boxes of poses, in whole frames (0 to 1 is inside)."""
    (H, W), (U, V) = model.config.frame_size, model.config.patch_size
    size = object_scale(pose, model.config) * constant((V / W, U / H), pose)
    centre = (pose[:, 2:] + 1) / 2
    return torch.cat([centre - size / 2, centre + size / 2], dim=1).double().cpu().numpy()
