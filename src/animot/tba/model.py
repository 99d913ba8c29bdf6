"""The whole of Tracking-by-Animation (Fig. 4): features, trackers, outputs, redrawn frames."""

from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from animot.tba import priors
from animot.tba.config import TBAConfig
from animot.tba.feature_extractor import FeatureExtractor
from animot.tba.noise import Noise
from animot.tba.output import TrackerOutput
from animot.tba.rat import RAT
from animot.tba.rat_state import RATState
from animot.tba.turns import Turns


@dataclass(frozen=True, kw_only=True)
class Precision:
    """Where low precision may be used: in the extractor and the output network's last layer."""

    dtype: torch.dtype = torch.float32

    def __call__(self, device: torch.device) -> AbstractContextManager[object]:
        """Context in which matrix products use this type."""
        if self.dtype == torch.float32:
            return nullcontext()
        return torch.autocast(device.type, dtype=self.dtype)


class TBA(nn.Module):
    """Tracker outputs from frames, with the trackers' state going in and coming out."""

    def __init__(self, config: TBAConfig, precision: Precision = Precision()) -> None:
        super().__init__()
        self.config = config
        self.precision = precision
        self.extractor = FeatureExtractor(config)
        self.rat = RAT(config)

    def start(self, B: int, trackers: int | None = None) -> RATState:
        """State of B streams before their first frame; None: as many trackers as configured.

        Trackers share their weights, so there may be any number of them.
        """
        I = self.config.num_trackers if trackers is None else trackers
        return self.rat.start(B, I, next(self.rat.parameters()))

    def for_tracking(self) -> "TBA":
        """A copy that tracks just so, but faster: its extractor's weights are as they are used.

        In low precision, to which autocast, which learning needs, would convert them at every
        frame; and with channels last, to which convolutions would bring them.
        """
        model = deepcopy(self).eval()
        convert_conv2d_weight_memory_format(model.extractor.layers, torch.channels_last)
        if self.precision.dtype != torch.float32:
            model.extractor.layers.to(self.precision.dtype)
            model.precision = Precision()
        return model

    def forward(
        self,
        frames: Float[Tensor, "B T D H W"],
        background: Float[Tensor, "B D H W"],
        before: RATState,
        *,
        noise: Noise | None = None,
        end_early: bool | None = None,
    ) -> tuple[TrackerOutput, RATState]:
        """Outputs for consecutive frames in [0, 1]; their batch axis is B * T.

        Parameters
        ----------
        frames : B streams of T frames.
        background : of each stream.
        before : state after the frame before the first one.
        noise : samples masks and layers; None: the most likely ones.
        end_early : whether adaptive computation time is on; None: as the configuration says.
        """
        turns: list[Turns] = []
        state = before
        for frame in frames.unbind(1):
            state, emitted = self.step(frame, background, state, end_early=end_early)
            turns.append(emitted)
        return self.emit(turns, noise), state

    def step(
        self,
        frame: Float[Tensor, "B D H W"],
        background: Float[Tensor, "B D H W"],
        before: RATState,
        *,
        end_early: bool | None = None,
    ) -> tuple[RATState, Turns]:
        """One frame: extract features, let the trackers take their turns (Fig. 4, lines 6-18)."""
        return self.take_turns(*self.see(frame, background), before, end_early=end_early)

    def see(
        self, frame: Float[Tensor, "B D H W"], background: Float[Tensor, "B D H W"]
    ) -> tuple[Float[Tensor, "B M N S"], Float[Tensor, "B M N"] | None]:
        """Features and, with priors, saliency of a frame: all that needs no state."""
        with self.precision(frame.device):
            memory = self.extractor(frame, background)
        if not self.config.attention:  # one cell with everything in it (TBAc-noAtt)
            memory = memory.flatten(1)[:, None, None]
        saliency = None
        if self.config.priors is not None:
            cells = (memory.shape[1], memory.shape[2])
            saliency = priors.saliency_map(frame, background, cells)
        return memory, saliency

    def take_turns(
        self,
        memory: Float[Tensor, "B M N S"],
        saliency: Float[Tensor, "B M N"] | None,
        before: RATState,
        *,
        end_early: bool | None = None,
    ) -> tuple[RATState, Turns]:
        """The trackers look at what `see` gave, one after the other."""
        if end_early is None:
            end_early = self.config.adaptive_computation
        return self.rat(before, memory, saliency, end_early=end_early)

    def emit(self, turns: list[Turns], noise: Noise | None) -> TrackerOutput:
        """All five outputs, for all trackers and frames at once."""
        confidence, pose, hidden, saliency = (
            torch.stack([getattr(turn, name) for turn in turns], dim=1).flatten(0, 1)
            for name in ("confidence", "pose", "hidden", "saliency")
        )
        with self.precision(hidden.device):
            layer, mask, appearance = self.rat.output.look(hidden.flatten(0, 1), noise)
        layer, mask, appearance = (
            made.to(pose.dtype).unflatten(0, pose.shape[:2]) for made in (layer, mask, appearance)
        )
        return TrackerOutput(
            confidence=confidence,
            layer=layer,
            pose=pose,
            mask=mask,
            appearance=appearance,
            saliency=saliency,
        )
