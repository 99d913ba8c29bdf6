"""Stored configurations and weights: built again as they were, or refused in time."""

import json
from dataclasses import asdict, replace

import pytest
import torch
from tiny_tba import TINY, TINY_FAST, make_model

from animot.tba.model import Precision
from animot.tba.presets import FAST_SPRITES, PAPER_DUKE, PAPER_MNIST, PAPER_SPRITES
from animot.tba.stored import config_from_json, network_from

CONFIGS = [TINY, TINY_FAST, FAST_SPRITES, PAPER_DUKE, PAPER_MNIST, PAPER_SPRITES]


def as_json(config):
    return json.loads(json.dumps(asdict(config)))


@pytest.mark.parametrize("config", CONFIGS)
def test_configuration_survives_json(config):
    assert config_from_json(as_json(config)) == config


def test_priors_that_are_off_and_options_that_came_later():
    off = replace(TINY_FAST.priors, motion=float("inf"))
    assert config_from_json(as_json(replace(TINY_FAST, priors=off))).priors == off
    values = as_json(TINY)
    del values["premultiply"]  # as before there was this option
    assert config_from_json(values) == TINY


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layers": 3}, "layers is 3, not a list"),
        ({"layers": []}, "layers is empty"),
        ({"layers": [{"channels": 4}]}, "ConvLayer lacks kernel"),
        ({"frame_size": [23]}, "frame_size has 1 values, not 2"),
        ({"frame_size": [23, 29.0]}, "frame_size is 29.0, not int"),
        ({"frame_size": [23, 2**40]}, "frame_size has a length"),
        ({"frame_size": [2, 3]}, "layers do not fit"),
        ({"frame_channels": 2}, "neither 1 nor 3"),
        ({"state_size": 0}, "state_size has a length"),
        ({"state_size": True}, "state_size is True, not int"),
        ({"num_trackers": 10**12}, "num_trackers is not from 1 to 1000"),
        ({"scale_range": [0.3, float("nan")]}, "scale_range is nan, not float"),
        ({"scale_range": [0.3, 1.0]}, "scale_range is not from 0"),
        ({"tightness_weight": float("inf")}, "tightness_weight is not a finite"),
        ({"presence_weight": 10**400}, "presence_weight is 1000"),
        ({"fixed_mask": 1}, "fixed_mask is 1, not bool"),
        ({"priors": 1}, "AttentionPriors is 1, not an object"),
        ({"priors": {"window": -3}}, "out of range"),
        ({"priors": {"saliency_kept": 1.5}}, "not from 0 to 1"),
        ({"extra": 1}, "TBAConfig has no 'extra'"),
    ],
)
def test_configurations_of_no_model_are_refused(change, message):
    with pytest.raises(ValueError, match=message) as caught:
        config_from_json(as_json(TINY_FAST) | change)
    assert "\n" not in str(caught.value)


def test_pooling_to_more_cells_than_there_are_is_refused():
    values = as_json(TINY)
    values["layers"][1]["map_size"] = [7, 16]  # the layer before gives 12 x 15
    with pytest.raises(ValueError, match="do not fit"):
        config_from_json(values)


@pytest.mark.parametrize("config", [TINY, TINY_FAST])
def test_a_network_comes_back(config):
    weights = make_model(config, dtype=torch.float32).state_dict()
    found = network_from(config, Precision(), weights).state_dict()
    assert all(torch.equal(found[name], tensor) for name, tensor in weights.items())


def test_weights_of_another_network_are_refused():
    weights = make_model(TINY, dtype=torch.float32).state_dict()
    name = "rat.message.bias"
    wrong = {
        "there is no tensor rat.message.bias": {k: v for k, v in weights.items() if k != name},
        "the tensor 'more' is unknown": weights | {"more": torch.zeros(3)},
        "bias is float16 22, not float32 22": weights | {name: weights[name].half()},
        "bias is float32 2x11, not float32 22": weights | {name: weights[name].view(2, 11)},
        "bias has values that are not finite": weights | {name: weights[name] / 0},
    }
    for message, tensors in wrong.items():
        with pytest.raises(ValueError, match=message):
            network_from(TINY, Precision(), tensors)


@pytest.mark.parametrize(
    "huge", [{"state_size": 2**16, "hidden_size": 2**16}, {"patch_size": (2**16, 2**16)}]
)
def test_a_configuration_of_terabytes_is_refused_at_once(huge):
    weights = make_model(TINY, dtype=torch.float32).state_dict()
    with pytest.raises(ValueError, match=r"not float32|beyond any size"):
        network_from(replace(TINY, **huge), Precision(), weights)
