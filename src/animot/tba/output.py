"""NN_out: from a tracker's state to confidence, layer, pose, mask and appearance."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from animot.tba.config import TBAConfig
from animot.tba.geometry import pose_of
from animot.tba.gradient_limits import limit_at_probabilities
from animot.tba.noise import Noise
from animot.tba.start_weights import start_before_relu, start_linear


@dataclass(frozen=True, kw_only=True)
class TrackerOutput:
    """The mid-level representation Y of the objects in a frame (Sec. 2.2).

    Attributes
    ----------
    confidence : y^c in [0, 1]; 0 for a tracker that did not run.
    layer : y^l, one-hot.
    pose : y^p = (scale_x, scale_y, shift_x, shift_y), scales in [-1, 1], shifts in half frames;
        (scale, aspect, shift_x, shift_y) where `config.aspect` says so.
    mask : Y^s, 0 or 1.
    appearance : Y^a in [0, 1].
    saliency : difference to the background where the attention lies, in [0, 1]; for warm-up.
    """

    confidence: Float[Tensor, "B I"]
    layer: Float[Tensor, "B I K"]
    pose: Float[Tensor, "B I 4"]
    mask: Float[Tensor, "B I 1 U V"]
    appearance: Float[Tensor, "B I D U V"]
    saliency: Float[Tensor, "B I"]


class OutputNetwork(nn.Module):
    """Output of each tracker from its state, by one network shared by all trackers.

    He et al. (2019) Eq. (3).

    It runs in two parts: `placement` on the tracker's turn, as the loop over trackers needs its
    confidence; `look` for all trackers and frames at once. Together they are the three
    linear layers R -> R -> hidden -> output that Table 3's parameter counts ask for.
    """

    def __init__(self, config: TBAConfig) -> None:
        super().__init__()
        U, V = config.patch_size
        pose_size = 2 if config.fixed_scale else 4
        first = nn.Linear(config.state_size, config.state_size)
        second = nn.Linear(config.state_size, config.hidden_size)
        start_before_relu(first)
        start_before_relu(second)
        self.hidden = nn.Sequential(first, nn.ReLU(), second, nn.ReLU())
        self.placement_size = {"confidence": 1, "pose": pose_size}
        has_layer = config.num_layers > 1 or config.unused_outputs
        has_mask = not config.fixed_mask or config.unused_outputs
        self.look_size = {
            "layer": config.num_layers if has_layer else 0,
            "mask": U * V if has_mask else 0,
            "appearance": config.frame_channels * U * V,
        }
        self.placement_layer = nn.Linear(config.hidden_size, sum(self.placement_size.values()))
        self.look_layer = nn.Linear(config.hidden_size, sum(self.look_size.values()))
        start_linear(self.placement_layer)
        start_linear(self.look_layer)
        self.config = config

    def placement(
        self, state: Float[Tensor, "N R"]
    ) -> tuple[Float[Tensor, " N"], Float[Tensor, "N 4"], Float[Tensor, "N hidden"]]:
        """Confidence, pose, and the hidden layer from which `look` goes on."""
        hidden = self.hidden(state)
        raw, pose = self.placement_layer(hidden).split(list(self.placement_size.values()), dim=1)
        confidence = raw.tanh().abs() if self.config.tanh_confidence else raw.sigmoid()
        return confidence[:, 0], pose_of(pose, self.config), hidden

    def look(
        self, hidden: Float[Tensor, "N hidden"], noise: Noise | None
    ) -> tuple[Float[Tensor, "N K"], Float[Tensor, "N 1 U V"], Float[Tensor, "N D U V"]]:
        """Layer, mask and appearance; sampled with noise, the most likely ones without."""
        N, D, (U, V) = len(hidden), self.config.frame_channels, self.config.patch_size
        layer, mask, appearance = self.look_layer(hidden).split(list(self.look_size.values()), 1)
        layer = limit_at_probabilities(layer, self.config.gradient_limits.layer)
        layer = sample_one_hot(layer, noise) if layer.shape[1] else hidden.new_ones(N, 1)
        free = not self.config.fixed_mask
        binary = sample_binary(mask, noise) if free else hidden.new_ones(N, U * V)
        return layer, binary.view(N, 1, U, V), appearance.sigmoid().view(N, D, U, V)

    def likeliest_layer(self, hidden: Float[Tensor, "N hidden"]) -> Int[Tensor, " N"]:
        """Which layer `look` gives without noise; mask and appearance are left out."""
        K = self.look_size["layer"]
        if K == 0:
            return torch.zeros(len(hidden), dtype=torch.int64, device=hidden.device)
        logits = F.linear(hidden, self.look_layer.weight[:K], self.look_layer.bias[:K])
        return logits.argmax(dim=1)


def sample_binary(logits: Float[Tensor, "N P"], noise: Noise | None) -> Float[Tensor, "N P"]:
    """Straight-through Gumbel-sigmoid: 0 or 1 forward, the relaxed gradient backward (Sec. 2.2).

    Without noise: 1 where it is the more likely value.
    """
    relaxed = (logits + _logistic(logits, noise)).sigmoid()
    return _straight_through((relaxed > 0.5).to(logits.dtype), relaxed)


def sample_one_hot(logits: Float[Tensor, "N K"], noise: Noise | None) -> Float[Tensor, "N K"]:
    """Straight-through Gumbel-softmax: one-hot forward, the relaxed gradient backward."""
    relaxed = (logits + _gumbel(logits, noise)).softmax(dim=1)
    one_hot = torch.zeros_like(relaxed).scatter_(1, relaxed.argmax(dim=1, keepdim=True), 1)
    return _straight_through(one_hot, relaxed)


def _straight_through(discrete: Tensor, relaxed: Tensor) -> Tensor:
    return discrete + (relaxed - relaxed.detach())


def _uniform(like: Tensor, noise: Noise) -> Tensor:
    # In half precision, the few values near 0 and 1 would flip certain pixels now and then.
    dtype = torch.promote_types(like.dtype, torch.float32)
    drawn = noise.uniform(tuple(like.shape), dtype)
    return drawn.clamp(min=torch.finfo(dtype).tiny, max=1 - torch.finfo(dtype).eps)


def _gumbel(like: Tensor, noise: Noise | None) -> Tensor:
    if noise is None:
        return torch.zeros_like(like)
    return -(-_uniform(like, noise).log()).log()


def _logistic(like: Tensor, noise: Noise | None) -> Tensor:
    """Difference of two Gumbel variables."""
    if noise is None:
        return torch.zeros_like(like)
    return _uniform(like, noise).logit()
