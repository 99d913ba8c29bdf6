"""Tracking-by-Animation as its equations read, to measure against and to compare with.

One frame after another; each tracker drawn into a whole frame by a sampling grid, for the mask and
for the appearance; layers picked by index; every tracker runs in every row, and what adaptive
computation leaves out is masked afterwards. Float32, default memory layout, one backward pass.
It takes the weights of an `animot` model, whose loss and gradients it must give
(tests/paper/test_literal.py). Sizes follow the paper: no departure, no fixed mask or scale.
"""

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from animot.tba.model import TBA
from oracles.tba_sampling_grid import place

Output = dict[str, Tensor]


class Literal:
    """The equations, with the weights of a model."""

    def __init__(self, model: TBA) -> None:
        self.config = model.config
        self.convolutions = [next(iter(block.children())) for block in model.extractor.layers]
        self.key, self.gru, self.message = model.rat.key, model.rat.rnn, model.rat.message
        self.hidden = model.rat.output.hidden
        self.placement_layer = model.rat.output.placement_layer
        self.look_layer = model.rat.output.look_layer

    def loss(
        self, frames: Tensor, background: Tensor, generator: Generator | None = None
    ) -> Tensor:
        """Eq. (9) of clips (B T D H W) that start with nothing, mean over frames."""
        B, T = frames.shape[:2]
        I, R = self.config.num_trackers, self.config.state_size
        h, confidence = frames.new_zeros(B, I, R), frames.new_zeros(B, I)
        total = frames.new_zeros(())
        for t in range(T):
            memory = self.features(frames[:, t])
            h, outputs = self.trackers(memory, h, confidence, generator)
            confidence = outputs["confidence"]
            total = total + self.compare(outputs, frames[:, t], background)
        return total / T

    def features(self, frame: Tensor) -> Tensor:
        """Eq. (1): convolution, adaptive max-pooling, ReLU, with coordinates as two channels."""
        B, _, H, W = frame.shape
        y, x = torch.meshgrid(
            torch.linspace(-1, 1, H, dtype=frame.dtype),
            torch.linspace(-1, 1, W, dtype=frame.dtype),
            indexing="ij",
        )
        maps = torch.cat([frame, torch.stack([x, y]).expand(B, 2, H, W)], dim=1)
        for convolution, layer in zip(self.convolutions, self.config.layers, strict=True):
            maps = convolution(maps)
            if layer.map_size is not None:
                maps = F.adaptive_max_pool2d(maps, layer.map_size)
            maps = maps.relu()
        return maps.permute(0, 2, 3, 1)

    def trackers(
        self, memory: Tensor, h: Tensor, before: Tensor, generator: Generator | None
    ) -> tuple[Tensor, Output]:
        """Eqs. (2) and (10) to (17): all trackers take turns, the most confident first."""
        rows = torch.arange(len(memory))
        order = before.argsort(dim=1, descending=True, stable=True)
        running = torch.ones(len(memory), dtype=torch.bool)
        after = h.clone()
        emitted: list[Output] = []
        for j in range(self.config.num_trackers):
            i = order[:, j]
            attention = self.address(memory, h[rows, i])
            read_vector = (attention[..., None] * memory).sum(dim=(1, 2))  # Eq. (13)
            state = self.gru(read_vector, h[rows, i])  # Eq. (14)
            output = self.output(state, generator)
            after[rows, i] = torch.where(running[:, None], state, h[rows, i])
            confidence = output["confidence"] * running
            emitted.append({**output, "confidence": confidence, "tracker": i})
            running = running & ((before[rows, i] >= 0.5) | (confidence >= 0.5))
            written = self.write(memory, attention, state)
            memory = torch.where(running[:, None, None, None], written, memory)
        return after, in_order_of_trackers(emitted)

    def address(self, memory: Tensor, state: Tensor) -> Tensor:
        """Eqs. (10) to (12)."""
        key, raw = self.key(state).split([memory.shape[3], 1], dim=1)
        strength = 1 + (1 + raw.exp()).log()
        cosine = F.cosine_similarity(memory, key[:, None, None, :], dim=-1)
        logits = strength[:, :, None] * cosine
        return logits.flatten(1).softmax(dim=1).view_as(logits)

    def write(self, memory: Tensor, attention: Tensor, state: Tensor) -> Tensor:
        """Eqs. (15) to (17)."""
        erase, write = self.message(state).chunk(2, dim=1)
        weight = attention[..., None]
        kept = 1 - weight * erase.sigmoid()[:, None, None, :]
        return kept * memory + weight * write[:, None, None, :]

    def output(self, state: Tensor, generator: Generator | None) -> Output:
        """Eq. (3), with straight-through draws (Sec. 2.2)."""
        (U, V), K = self.config.patch_size, self.config.num_layers
        D = self.config.frame_channels
        hidden = self.hidden(state)
        placement, look = self.placement_layer(hidden), self.look_layer(hidden)
        layer, mask, appearance = look.split([K, U * V, D * U * V], dim=1)
        chance = (layer + gumbel(layer, generator)).softmax(dim=1)
        one_hot = F.one_hot(chance.argmax(dim=1), K).to(chance.dtype)
        ink = (mask + gumbel(mask, generator) - gumbel(mask, generator)).sigmoid()
        return {
            "confidence": placement[:, 0].sigmoid(),
            "pose": placement[:, 1:].tanh(),
            "layer": one_hot + chance - chance.detach(),
            "mask": ((ink > 0.5).to(ink.dtype) + ink - ink.detach()).view(-1, 1, U, V),
            "appearance": appearance.sigmoid().view(-1, D, U, V),
        }

    def compare(self, outputs: Output, frame: Tensor, background: Tensor) -> Tensor:
        """Eqs. (4) to (9) of one frame of each clip."""
        config, I = self.config, self.config.num_trackers
        drawn = background
        masks, foregrounds = [], []
        for i in range(I):
            pose = outputs["pose"][:, i]
            how = (pose, config.scale_range, config.frame_size)
            masks.append(place(outputs["mask"][:, i], *how))  # Eq. (4)
            foregrounds.append(masks[i] * place(outputs["appearance"][:, i], *how))  # Eq. (5)
        weights = outputs["confidence"][..., None] * outputs["layer"]
        for k in range(config.num_layers):
            w = weights[:, :, k, None, None, None]
            layer_mask = sum(w[:, i] * masks[i] for i in range(I)).clamp(max=1)  # Eq. (6)
            layer_foreground = sum(w[:, i] * foregrounds[i] for i in range(I))  # Eq. (7)
            drawn = (1 - layer_mask) * drawn + layer_foreground  # Eq. (8)
        scale = 1 + outputs["pose"].new_tensor(config.scale_range) * outputs["pose"][..., :2]
        area = scale.prod(dim=-1) * (outputs["confidence"] > 0)
        error = (drawn - frame).square().sum() / len(frame)
        return error + config.tightness_weight * area.mean()


def in_order_of_trackers(emitted: list[Output]) -> Output:
    """Turns as (B I ...), put back from the order of turns."""
    place_of = torch.stack([turn["tracker"] for turn in emitted], dim=1).argsort(dim=1)
    rows = torch.arange(len(place_of))[:, None]
    names = [name for name in emitted[0] if name != "tracker"]
    return {
        name: torch.stack([turn[name] for turn in emitted], dim=1)[rows, place_of] for name in names
    }


def gumbel(like: Tensor, generator: Generator | None) -> Tensor:
    """Gumbel noise; none without a generator."""
    if generator is None:
        return torch.zeros_like(like)
    uniform = torch.rand(like.shape, generator=generator).clamp(1e-6, 1 - 1e-6)
    return -(-uniform.log()).log()
