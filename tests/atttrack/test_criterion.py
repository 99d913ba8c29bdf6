"""The whole loss: terms at the objects' cells, weighed."""

import pytest
import torch
from some_pairs import IDENTITIES, Rectangles

from animot.atttrack.criterion import OneShotLoss
from animot.atttrack.heads import HeadMaps
from oracles import atttrack_losses as oracle

E = 7


def batch_and_maps():
    targets = Rectangles().batch(0).targets
    rows, _, h, w = targets.heat_map.shape
    generator = torch.Generator().manual_seed(0)

    def rand(*shape):
        return torch.randn(rows, *shape, generator=generator)

    return targets, HeadMaps(
        heat=rand(h, w), ltrb=rand(4, h, w), offset=rand(2, h, w), embedding=rand(E, h, w)
    )


def at_objects(maps, targets):
    """[B][K] vectors at the objects' cells."""
    w = maps.shape[-1]
    return [
        [maps[b, :, cell // w, cell % w].tolist() for cell in cells]
        for b, cells in enumerate(targets.cell.tolist())
    ]


def test_terms_and_total():
    torch.manual_seed(0)
    criterion, (targets, maps) = OneShotLoss(E, IDENTITIES), batch_and_maps()
    targets.present[1, 1] = False
    targets.identity[1, 1] = -1
    terms = criterion.terms(maps, targets)
    classifier, there = criterion.identity.classifier, targets.present.tolist()
    expected = {
        "heat": oracle.focal(maps.heat.tolist(), targets.heat_map[:, 0].tolist()),
        "box": oracle.l1(at_objects(maps.ltrb, targets), targets.ltrb.tolist(), there),
        "offset": oracle.l1(at_objects(maps.offset, targets), targets.offset.tolist(), there),
        "identity": oracle.cross_entropy(
            at_objects(maps.embedding, targets),
            targets.identity.tolist(),
            classifier.weight.tolist(),
            classifier.bias.tolist(),
        ),
    }
    for name, value in expected.items():
        assert getattr(terms, name).item() == pytest.approx(value, rel=1e-4), name
    detection = expected["heat"] + 0.1 * expected["box"] + expected["offset"]
    assert terms.detection.item() == pytest.approx(detection, rel=1e-4)
    total = oracle.balanced(detection, expected["identity"], -1.85, -1.05)
    assert criterion.total(terms).item() == pytest.approx(total, rel=1e-4)
