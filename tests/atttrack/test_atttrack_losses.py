"""FairMOT's losses: against the oracle, gradients, and batches without objects."""

import math

import pytest
import torch

from animot.atttrack.losses import Balance, IdentityLoss, focal_loss, l1_loss
from oracles import atttrack_losses as oracle

B, K, E, H, W, IDENTITIES = 3, 5, 7, 11, 13, 17


def rand(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def heat_target():
    """In [0, 1), and 1 at three cells."""
    target = rand(B, H, W, seed=1).sigmoid()
    target[0, 2, 3] = target[0, 10, 12] = target[2, 0, 5] = 1
    return target


def test_focal_loss():
    heat, target = 2 * rand(B, H, W), heat_target()
    found = focal_loss(heat, target)
    assert found.item() == pytest.approx(oracle.focal(heat.tolist(), target.tolist()), rel=1e-10)


def test_focal_loss_without_objects_is_the_sum():
    heat, target = rand(B, H, W), heat_target().clamp(max=0.99)
    found = focal_loss(heat, target)
    assert found.item() == pytest.approx(oracle.focal(heat.tolist(), target.tolist()), rel=1e-10)


def test_focal_loss_of_wrong_certainty_is_finite():
    heat = torch.tensor([[[300.0, -300.0]]], requires_grad=True)
    focal_loss(heat, torch.tensor([[[0.0, 1.0]]])).backward()
    assert heat.grad.isfinite().all()
    assert heat.grad[0, 0, 0] > 0
    assert heat.grad[0, 0, 1] < 0


def test_l1_loss():
    found, target = rand(B, K, 4), rand(B, K, 4, seed=1)
    there = rand(B, K, seed=2) > 0
    assert 0 < there.sum() < B * K
    expected = oracle.l1(found.tolist(), target.tolist(), there.tolist())
    assert l1_loss(found, target, there).item() == pytest.approx(expected, rel=1e-12)


def make_identity_loss():
    torch.manual_seed(0)
    return IdentityLoss(E, IDENTITIES).double()


def some_identities():
    generator = torch.Generator().manual_seed(3)
    return torch.randint(-1, IDENTITIES, (B, K), generator=generator)


def test_identity_loss():
    criterion, embedding, identity = make_identity_loss(), rand(B, K, E), some_identities()
    identity[1, 2] = -1
    expected = oracle.cross_entropy(
        embedding.tolist(),
        identity.tolist(),
        criterion.classifier.weight.tolist(),
        criterion.classifier.bias.tolist(),
    )
    assert criterion(embedding, identity).item() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("count", [1, 2])
def test_few_identities_have_a_scale_all_the_same(count):
    assert IdentityLoss(E, count).scale == pytest.approx(math.sqrt(2) * math.log(2))


def test_without_objects_there_is_nothing_to_learn():
    """No division by zero, and no gradient."""
    found, embedding = rand(B, K, 4).requires_grad_(), rand(B, K, E).requires_grad_()
    boxes = l1_loss(found, rand(B, K, 4, seed=1), torch.zeros(B, K, dtype=torch.bool))
    identities = make_identity_loss()(embedding, torch.full((B, K), -1))
    assert boxes == identities == 0
    (boxes + identities).backward()
    assert (found.grad == 0).all()
    assert (embedding.grad == 0).all()


def test_balance():
    balance = Balance().double()
    found = balance(torch.tensor(3.0).double(), torch.tensor(5.0).double())
    assert found.item() == pytest.approx(oracle.balanced(3, 5, -1.85, -1.05), rel=1e-6)
    found.backward()
    expected = 0.5 * (1 - math.exp(1.85) * 3)
    assert balance.detection.grad.item() == pytest.approx(expected, rel=1e-6)


def test_gradients():
    heat, target = rand(2, 3, 5).requires_grad_(), heat_target()[:2, :3, :5]
    assert torch.autograd.gradcheck(lambda x: focal_loss(x, target), heat)
    found, boxes = rand(2, 3, 4).requires_grad_(), rand(2, 3, 4, seed=1)
    there = torch.tensor([[True, False, True], [False, True, True]])
    assert torch.autograd.gradcheck(lambda x: l1_loss(x, boxes, there), found)
    criterion, embedding = make_identity_loss(), rand(2, 3, E).requires_grad_()
    identity = torch.tensor([[4, -1, 11], [0, 2, 16]])
    assert torch.autograd.gradcheck(lambda x: criterion(x, identity), embedding)
    assert torch.autograd.gradcheck(
        Balance().double(), (rand(2)[0].requires_grad_(), rand(2)[1].requires_grad_())
    )
