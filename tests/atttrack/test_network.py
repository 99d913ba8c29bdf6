"""The whole network: shapes, costs, starts, and what it refuses."""

import json
from dataclasses import asdict, replace

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from animot.atttrack.config import FULL, FULL_DLA, TINY, AttTrackConfig
from animot.atttrack.network import OneShotNetwork
from animot.data.from_json import from_json
from animot.errors import InputError

PAIRS = {"full": FULL, "full_dla": FULL_DLA, "tiny": TINY}
NETWORKS = {
    f"{name} {role}": getattr(pair, role)
    for name, pair in PAIRS.items()
    for role in ("teacher", "student")
}


def images(batch, height, width, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (batch, 3, height, width), generator=generator, dtype=torch.uint8)


def shaken(config, seed=3):
    """A network whose normalisations are no identities."""
    torch.manual_seed(seed)
    network = OneShotNetwork(config)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 2)
    return network.eval()


def giga_macs(module, *inputs):
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(*inputs)
    return counter.get_total_flops() / 2e9


@pytest.mark.parametrize("config", NETWORKS.values(), ids=NETWORKS)
def test_shapes(config):
    found = OneShotNetwork(config).eval()(images(2, 96, 64))
    assert found.heat.shape == (2, 24, 16)
    assert found.ltrb.shape == (2, 4, 24, 16)
    assert found.offset.shape == (2, 2, 24, 16)
    assert found.embedding.shape == (2, config.embedding_size, 24, 16)


@pytest.mark.parametrize("config", NETWORKS.values(), ids=NETWORKS)
def test_stages_have_strides_4_to_32(config):
    network = OneShotNetwork(config).eval()
    stages = network.stages(images(2, 96, 64))
    sizes = [(24, 16), (12, 8), (6, 4), (3, 2)]
    expected = [(2, width, *size) for width, size in zip(network.widths, sizes, strict=True)]
    assert [tuple(stage.shape) for stage in stages] == expected


def test_features_go_into_the_heads():
    network = shaken(TINY.student)
    frames = images(2, 64, 96)
    features = network.features(frames)
    assert features.shape == (2, 32, 16, 24)
    assert features.min() >= 0
    assert torch.equal(network.heads(features).ltrb, network(frames).ltrb)
    assert torch.equal(network.neck(network.stages(frames)), features)


@pytest.mark.parametrize("pair", [FULL_DLA, TINY])
def test_batch_of_many_is_many_batches_of_one(pair):
    network, frames = shaken(pair.student).double(), images(3, 64, 96)
    with torch.no_grad():
        together = network(frames)
        for i in range(3):
            alone = network(frames[i : i + 1])
            torch.testing.assert_close(alone.heat[0], together.heat[i])
            torch.testing.assert_close(alone.embedding[0], together.embedding[i])
    assert (together.heat[0] - together.heat[1]).abs().max() > 1e-4


def test_pixels_count_from_0_to_255():
    network = shaken(TINY.student)
    seen = []
    network.backbone.register_forward_pre_hook(lambda _, x: seen.append(x[0]))
    frames = images(1, 32, 64)
    network.features(frames)
    torch.testing.assert_close(seen[0], frames.float() / 255)


def test_heat_is_low_at_the_start():
    """A heat map of a tenth (Zhang et al., 2021): sigmoid(-2.19)."""
    torch.manual_seed(0)
    heat = OneShotNetwork(TINY.teacher)(images(2, 64, 96)).heat.sigmoid()
    assert heat.mean().item() == pytest.approx(0.1, abs=0.03)


def test_weights_are_in_the_layout_in_which_convolutions_are_fast():
    weight = OneShotNetwork(TINY.student).heads.embedding[0].weight
    assert weight.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(("height", "width"), [(96, 100), (100, 96), (16, 32), (0, 32)])
def test_frames_are_whole_cells(height, width):
    with pytest.raises(InputError, match=f"{width}x{height} pixels.*multiples of 32"):
        OneShotNetwork(TINY.student).features(images(1, height, width))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("full teacher", 43.3), ("full student", 8.0), ("full_dla teacher", 40.3)],
)
def test_costs_at_full_size(name, expected):
    """GMACs at 1088x608 of the backbone, and of the heads: four 3x3 convolutions and 1x1 ones."""
    network = OneShotNetwork(NETWORKS[name]).eval()
    scale = (608 * 1088) / (160 * 288)  # cost goes with the area
    assert giga_macs(network.backbone, torch.zeros(1, 3, 160, 288)) * scale == pytest.approx(
        expected, abs=0.1
    )
    one_by_one = (1 + 4 + 2 + 128) * 256 * 152 * 272 / 1e9
    heads = giga_macs(network.heads, torch.zeros(1, 64, 40, 72)) * scale
    assert heads == pytest.approx(24.4 + one_by_one, abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["teacher", "student"])
def test_one_frame_of_the_full_pair(role):
    network = OneShotNetwork(getattr(FULL, role)).eval()
    with torch.inference_mode():
        found = network(images(1, *FULL.frame_size))
    assert found.embedding.shape == (1, 128, 152, 272)
    assert found.heat.isfinite().all()


@pytest.mark.parametrize("name", ["feature_size", "head_size", "embedding_size"])
def test_teacher_and_student_must_fit(name):
    with pytest.raises(InputError, match=f"teacher's {name} is 32, the student's 17"):
        replace(TINY, student=replace(TINY.student, **{name: 17}))


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_a_pair_survives_json(pair):
    assert from_json(AttTrackConfig, json.loads(json.dumps(asdict(pair)))) == pair


def test_frame_size_of_a_pair_must_fit():
    with pytest.raises(InputError, match="288x150 pixels"):
        AttTrackConfig(frame_size=(150, 288), teacher=TINY.teacher, student=TINY.student)
