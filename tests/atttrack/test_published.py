"""Published weights: names and shapes both ways, and files that do not fit."""

import pytest
import safetensors.torch
import torch

from animot.atttrack.config import HRNET_W18, HRNET_W18_SMALL
from animot.atttrack.hrnet import HRNet
from animot.atttrack.published import load_published
from animot.errors import InputError
from oracles import hrnet_names

COUNTER = "num_batches_tracked"


@pytest.mark.parametrize(
    ("config", "published"),
    [
        (HRNET_W18, hrnet_names.HRNET_W18),
        (HRNET_W18_SMALL, hrnet_names.HRNET_W18_SMALL),
    ],
)
def test_names_and_shapes_are_the_published_ones(config, published):
    ours = HRNet(config).state_dict()
    shapes = {name: tuple(t.shape) for name, t in ours.items() if not name.endswith(COUNTER)}
    assert shapes == published


def published_tensors():
    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: torch.rand(shape, generator=generator) + 0.5
        for name, shape in hrnet_names.HRNET_W18_SMALL.items()
    }
    return tensors | {
        "bn1.num_batches_tracked": torch.tensor(7),
        "incre_modules.0.0.conv1.weight": torch.zeros(32, 16, 1, 1),
        "classifier.bias": torch.zeros(1000),
    }


def write(path, **changes):
    tensors = published_tensors() | changes
    path.write_bytes(
        safetensors.torch.save({name: t for name, t in tensors.items() if t is not None})
    )
    return path


def test_every_weight_of_the_file_is_loaded(tmp_path):
    network = HRNet(HRNET_W18_SMALL)
    load_published(network, write(tmp_path / "w.safetensors"))
    found, tensors = network.state_dict(), published_tensors()
    for name in hrnet_names.HRNET_W18_SMALL:
        assert torch.equal(found[name], tensors[name]), name


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"conv1.weight": None}, "no tensor conv1.weight"),
        ({"conv1.weight": torch.zeros(32, 3, 3, 3)}, "conv1.weight is float32 32x3x3x3"),
        ({"stage5.bias": torch.zeros(2)}, "'stage5.bias' is unknown"),
        ({"bn1.bias": torch.full((64,), torch.nan)}, "bn1.bias has values that are not finite"),
    ],
)
def test_weights_of_another_network_are_refused(tmp_path, changes, message):
    path = write(tmp_path / "w.safetensors", **changes)
    network = HRNet(HRNET_W18_SMALL)
    before = network.state_dict()["conv2.weight"].clone()
    with pytest.raises(InputError, match=f"w.safetensors: does not fit.*{message}"):
        load_published(network, path)
    assert torch.equal(network.state_dict()["conv2.weight"], before)


def test_files_that_hold_no_tensors(tmp_path):
    network = HRNet(HRNET_W18_SMALL)
    with pytest.raises(InputError, match="cannot read weights"):
        load_published(network, tmp_path / "missing.safetensors")
    text = tmp_path / "weights.txt"
    text.write_text("no tensors at all")
    with pytest.raises(InputError, match="holds no tensors"):
        load_published(network, text)
