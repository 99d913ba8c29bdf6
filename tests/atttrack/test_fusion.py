"""Fusion of carried features with the student's own."""

import pytest
import torch
from some_tracks import H, S, W, rand

from animot.atttrack.config import TransferConfig
from animot.atttrack.fusion import Fusion, key_map
from animot.atttrack.heads import HeadMaps
from animot.atttrack.transfer import Carried

FUSIONS = ["add", "learned", "convex", "gate"]
C = 5


def make_fusion(**options):
    torch.manual_seed(0)
    return Fusion(TransferConfig(**options), C).double()


def carried(channels=C):
    weight = rand(2, H, W, seed=1)
    return Carried(features=weight[:, None] * rand(2, channels, H, W, seed=2), weight=weight)


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize(("source", "channels"), [("features", C), ("heat", 1)])
def test_without_tracks_the_student_is_on_its_own(fusion, source, channels):
    features = rand(2, C, H, W)
    nothing = Carried(
        features=torch.zeros(2, channels, H, W).double(), weight=torch.zeros(2, H, W).double()
    )
    module = make_fusion(fusion=fusion, source=source)
    assert torch.equal(module(features, nothing), features)
    assert (module(features, carried(channels)) - features).abs().max() > 0.01


def test_add():
    features, phi = rand(2, C, H, W), carried()
    assert torch.equal(make_fusion()(features, phi), features + phi.features)
    assert not list(make_fusion().parameters())


def test_learned_scale_starts_at_one():
    features, phi, module = rand(2, C, H, W), carried(), make_fusion(fusion="learned")
    assert torch.equal(module(features, phi), features + phi.features)
    with torch.no_grad():
        module.scale.fill_(0.25)
    torch.testing.assert_close(module(features, phi), features + phi.features / 4)


def test_convex_replaces_the_student_where_the_weight_is_one():
    """Half way between the two where it is a half."""
    features, key = rand(2, C, H, W), rand(2, C, H, W, seed=2)
    for weight in (1.0, 0.5):
        phi = Carried(features=weight * key, weight=torch.full((2, H, W), weight).double())
        found = make_fusion(fusion="convex")(features, phi)
        torch.testing.assert_close(found, (1 - weight) * features + weight * key)


def test_gate_sees_both():
    features, phi, module = rand(2, C, H, W), carried(), make_fusion(fusion="gate")
    gate = (module(features, phi) - features) / phi.features
    both = torch.cat([features, phi.features], dim=1)
    weight, bias = module.gate.weight[:, :, 0, 0], module.gate.bias
    expected = (torch.einsum("oi,bihw->bohw", weight, both) + bias[:, None, None]).sigmoid()
    torch.testing.assert_close(gate, expected)


def test_what_is_kept_of_the_teacher():
    heat, features = rand(2, H, W) - 0.5, rand(2, C, H, W)
    maps = HeadMaps(
        heat=heat, ltrb=rand(2, 4, H, W), offset=rand(2, 2, H, W), embedding=rand(2, S, H, W)
    )
    assert key_map(features, maps, TransferConfig()) is features
    found = key_map(features, maps, TransferConfig(source="heat"))
    torch.testing.assert_close(found, heat.sigmoid()[:, None])
