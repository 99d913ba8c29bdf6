"""Tiny models in which no two sizes are alike, and how to read their weights."""

from copy import copy
from dataclasses import replace

import numpy as np
import torch

from animot.data.clips import Clips
from animot.tba.config import ConvLayer, TBAConfig
from animot.tba.departures import AspectRange, AttentionPriors, GradientLimits
from animot.tba.model import TBA
from animot.tba.noise import Noise
from animot.tba.output import TrackerOutput
from animot.tba.rat_state import RATState

# B 2, D 3, K 4, I 5, N 6, M 7, V 8, U 9, S 11, R 13, hidden 17, H 23, W 29
TINY = TBAConfig(
    frame_size=(23, 29),
    frame_channels=3,
    layers=(
        ConvLayer(channels=14, kernel=(3, 5), map_size=(12, 15)),
        ConvLayer(channels=10, kernel=(5, 3), map_size=(7, 6)),
        ConvLayer(channels=11, kernel=(1, 1)),
    ),
    patch_size=(9, 8),
    state_size=13,
    hidden_size=17,
    num_trackers=5,
    num_layers=4,
    scale_range=(0.3, 0.2),
)

TINY_FAST = replace(
    TINY,
    layers=(
        ConvLayer(channels=14, kernel=(4, 4), stride=4),
        ConvLayer(channels=11, kernel=(1, 1)),
    ),
    adaptive_computation=False,
    tightness_weight=0.0,
    priors=AttentionPriors(),
    anchor_reach=1.0,
    background_difference=True,
    normalize_features=True,
    premultiply=True,
    presence_weight=2.0,
    warm_up_steps=10,
)

TINY_RELEASED = replace(
    TINY,
    tightness_weight=13.0,
    premultiply=True,
    tanh_confidence=True,
    report_at_half=True,
    rounded_priority=True,
    mask_afterwards=True,
    aspect=AspectRange(size_range=0.15, ratio=1.25, ratio_range=0.3),
    shift_margin=2 / 3,
    reverse_shift=True,
    gradient_limits=GradientLimits(attention=1.0, memory=1.0, layer=10.0),
    entropy_weight=1.0,
    appearance_weight=0.1,
    least_appearance=110.0,
    difference_weight=1.0,
)


def make_model(config=TINY, seed=3, spread=2.0, bias=0.0, dtype=torch.float64):
    """A model of random weights, biases too, whose trackers differ in confidence by `spread`."""
    generator = torch.Generator().manual_seed(seed)
    model = TBA(config).to(dtype)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
            if parameter.dim() == 1:
                parameter.copy_(0.2 * noise + (1 if name == "extractor.norm.weight" else 0))
            else:
                parameter.copy_(noise * (2 / parameter[0].numel()) ** 0.5)
        model.rat.output.placement_layer.weight.mul_(spread)
        model.rat.output.placement_layer.bias[0] = bias
    return model


def make_frames(B=2, T=1, config=TINY, seed=1, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    shape = (B, T, config.frame_channels, *config.frame_size)
    return torch.rand(shape, generator=generator, dtype=dtype)


def make_noise(seed=0):
    return Noise(torch.Generator().manual_seed(seed))


def make_memory(B=2, config=TINY, seed=2, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand((B, *config.memory_size), generator=generator, dtype=dtype)


def make_state(model, B=2, seed=3):
    """States and confidences in the middle of a video; no two confidences are alike.

    No tracker waits for an object out of sight.
    """
    generator = torch.Generator().manual_seed(seed)
    start = model.start(B)
    drawn = {
        name: torch.rand(tensor.shape, generator=generator, dtype=tensor.dtype) * 2 - 1
        for name, tensor in start.as_tensors().items()
    }
    drawn["confidence"] = drawn["confidence"].abs()
    drawn["velocity"] = drawn["velocity"] / 10
    nothing_waits = {name: start.as_tensors()[name] for name in ("size", "patience", "hidden")}
    return RATState.from_tensors(drawn | nothing_waits)


def make_output(B=2, config=TINY, seed=4, dtype=torch.float64):
    """Tracker outputs with soft masks, which the renderer must not mind."""
    generator = torch.Generator().manual_seed(seed)
    I, K, D = config.num_trackers, config.num_layers, config.frame_channels

    def rand(*shape):
        return torch.rand(shape, generator=generator, dtype=dtype)

    layer = torch.nn.functional.one_hot(torch.randint(K, (B, I), generator=generator), K)
    return TrackerOutput(
        confidence=rand(B, I),
        layer=layer.to(dtype),
        pose=rand(B, I, 4) * 2 - 1,
        mask=rand(B, I, 1, *config.patch_size),
        appearance=rand(B, I, D, *config.patch_size),
        saliency=rand(B, I),
    )


def linear_of(layer):
    """(weight, bias) as arrays."""
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()


def theta_of(model):
    """The weights of the tracker array, named as in the oracle."""
    rat, output = model.rat, model.rat.output
    rnn = {name: value.detach().numpy() for name, value in rat.rnn.named_parameters()}
    return {
        "key": linear_of(rat.key),
        "rnn": (
            (rnn["weight_ih"], rnn["bias_ih"]),
            (rnn["weight_hh"], rnn["bias_hh"]),
        ),
        "wrt": linear_of(rat.message),
        "out": {
            "hidden": [linear_of(output.hidden[0]), linear_of(output.hidden[2])],
            "placement": linear_of(output.placement_layer),
            "look": linear_of(output.look_layer),
        },
    }


class TinyClips:
    """Random clips, each a function of its step; every third step, stream 1 starts again."""

    def __init__(self, config=TINY, B=2, T=5):
        self.shape = (B, T, *config.frame_size, config.frame_channels)
        self.streams = slice(None)

    def batch(self, step):
        random = np.random.default_rng(step)
        frames = random.integers(0, 256, self.shape, dtype=np.uint8)
        restart = np.zeros(self.shape[0], dtype=bool)
        restart[1] = step % 3 == 0
        frames, restart = frames[self.streams], restart[self.streams]
        return Clips(frames=frames, background=frames[:, 2] // 2, restart=restart)

    def only(self, streams):
        part = copy(self)
        part.streams = slice(streams.start, streams.stop)
        return part
