"""A stored network: its configuration and weights from a file that need not be sound.

Whatever the file says, nothing is built before its weights are known to be those of the
configuration: sizes cannot ask for more memory than the file itself takes.
"""

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from animot.data.from_json import from_json
from animot.named_tensors import check_fit
from animot.outline import outline
from animot.tba.config import TBAConfig
from animot.tba.departures import AttentionPriors
from animot.tba.model import TBA, Precision

# Trackers have no weights of their own that would tell how many there are.
MOST_TRACKERS = 1000
# No frame, patch, layer or state of a model that fits a machine is larger, in any direction.
LARGEST_SIZE = 2**16


def config_from_json(values: Any) -> TBAConfig:
    """Configuration from what `dataclasses.asdict` gave and a JSON file kept.

    Raises
    ------
    ValueError : in one line, where the values are not those of a model that can be built.
    """
    config = from_json(TBAConfig, values)
    _check_sizes(config)
    _check_numbers(config)
    if config.priors is not None:
        _check_priors(config.priors)
    if config.persistence is not None and not math.isfinite(config.persistence.patience):
        raise ValueError("patience has no end")
    return config


def network_from(config: TBAConfig, precision: Precision, weights: Mapping[str, Tensor]) -> TBA:
    """Network with these weights.

    Raises
    ------
    ValueError : in one line, where they are not finite or those of another configuration.
    """
    check_fit(weights, outline(lambda: TBA(config, precision)))
    network = TBA(config, precision)
    network.load_state_dict(weights)
    return network


def _check_sizes(config: TBAConfig) -> None:
    sizes = {
        "frame_size": config.frame_size,
        "patch_size": config.patch_size,
        "state_size": (config.state_size,),
        "hidden_size": (config.hidden_size,),
        "num_layers": (config.num_layers,),
        "layers": [
            size
            for layer in config.layers
            for size in (layer.channels, layer.stride, *layer.kernel, *(layer.map_size or ()))
        ],
    }
    for name, lengths in sizes.items():
        if not all(1 <= length <= LARGEST_SIZE for length in lengths):
            raise ValueError(f"{name} has a length that is not from 1 to {LARGEST_SIZE}")
    if not 1 <= config.num_trackers <= MOST_TRACKERS:
        raise ValueError(f"num_trackers is not from 1 to {MOST_TRACKERS}")
    if config.frame_channels not in {1, 3}:
        raise ValueError("frame_channels is neither 1 nor 3")
    _check_maps(config)


def _check_maps(config: TBAConfig) -> None:
    """Refuse maps without cells, and pooling that makes more of them than there are."""
    if not config.layers:
        raise ValueError("layers is empty")
    size = config.frame_size
    for layer in config.layers:
        convolved = layer.convolved(size)
        size = layer.size_after(size)
        if not all(1 <= length <= most for length, most in zip(size, convolved, strict=True)):
            raise ValueError("layers do not fit the frame_size")


def _check_numbers(config: TBAConfig) -> None:
    if not all(0 <= eta < 1 for eta in config.scale_range):
        raise ValueError("scale_range is not from 0 to below 1")
    numbers = {
        "tightness_weight": config.tightness_weight,
        "presence_weight": config.presence_weight,
        "anchor_reach": config.anchor_reach or 0.0,
        "opaque_weight": config.opaque_weight,
        "constancy_weight": config.constancy_weight,
        "warm_up_steps": config.warm_up_steps,
        "entropy_weight": config.entropy_weight,
        "appearance_weight": config.appearance_weight,
        "least_appearance": config.least_appearance,
        "difference_weight": config.difference_weight,
    }
    if not 0 < (1.0 if config.box_edge is None else config.box_edge) <= 1:
        raise ValueError("box_edge is not above 0 and at most 1")
    for name, number in numbers.items():
        if not 0 <= number < math.inf:
            raise ValueError(f"{name} is not a finite number of at least 0")


def _check_priors(priors: AttentionPriors) -> None:
    if not (0 <= priors.saliency_kept <= 1 and 0 <= priors.velocity_kept <= 1):
        raise ValueError("what priors keep is not from 0 to 1")
    if not (0 <= priors.saliency < math.inf and priors.motion > 0 and priors.window >= 1):
        raise ValueError("a weight, deviation or window of priors is out of range")
