"""Going on from a checkpoint: exactly, or with one line that says why not."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from animot.errors import InputError
from animot.training import checkpoint
from animot.training.checkpoint import Checkpoint
from animot.training.restore import Position, optimizer_tensors, restore

PATH = Path("run/checkpoint.json")
STREAMS = 5


class _Carrier:
    """Takes a carried state of 5 streams x 2."""

    def __init__(self) -> None:
        self.state: Tensor | None = None

    def carry(self, tensors: dict[str, Tensor]) -> None:
        if tensors and tensors["sum"].shape != (STREAMS, 2):
            raise ValueError("sum has another shape")
        self.state = tensors.get("sum")


def _trained() -> tuple[nn.Module, torch.optim.Adam]:
    """A model of which one layer never had a gradient."""
    torch.manual_seed(2)
    model = nn.ModuleList([nn.Linear(3, 7), nn.Linear(7, 2)])
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(3):
        model[0](torch.randn(4, 3)).square().sum().backward()
        optimizer.step()
    return model, optimizer


def _found(facts: dict[str, Any] | None = None, **changes: Tensor | None) -> Checkpoint:
    """What the run left; changes by tensor name, with __ for a slash, None to leave it out."""
    model, optimizer = _trained()
    tensors = {f"model/{name}": tensor for name, tensor in model.state_dict().items()}
    tensors |= {f"optimizer/{name}": t for name, t in optimizer_tensors(optimizer).items()}
    tensors |= {"carried/sum": torch.arange(10.0).view(STREAMS, 2)}
    for name, tensor in changes.items():
        tensors[name.replace("__", "/").replace("_DOT_", ".")] = tensor
    kept = {name: tensor for name, tensor in tensors.items() if tensor is not None}
    return Checkpoint(tensors=kept, facts=facts or {"step": 4, "seconds": 2.5, "other": []})


def _restore(found: Checkpoint) -> tuple[nn.Module, torch.optim.Adam, _Carrier, Position]:
    model = nn.ModuleList([nn.Linear(3, 7), nn.Linear(7, 2)])
    optimizer, carrier = torch.optim.Adam(model.parameters()), _Carrier()
    position = restore(model, optimizer, carrier.carry, found, STREAMS, PATH)
    return model, optimizer, carrier, position


def test_everything_comes_back(tmp_path: Path) -> None:
    checkpoint.save(_found(), tmp_path, "c")
    model, optimizer, carrier, position = _restore(checkpoint.load(tmp_path, "c"))
    before, optimizer_before = _trained()
    assert position == Position(step=4, seconds=2.5)
    assert all(
        torch.equal(a, b) for a, b in zip(model.parameters(), before.parameters(), strict=True)
    )
    left, came = optimizer_tensors(optimizer_before), optimizer_tensors(optimizer)
    assert sorted(came) == sorted(left)
    assert len(came) == 6  # three for each of two parameters; the others have none
    assert all(torch.equal(came[name], tensor) for name, tensor in left.items())
    assert torch.equal(carrier.state, torch.arange(10.0).view(5, 2))


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({}, "step is None, not int"),
        ({"step": "4", "seconds": 2.5}, "step is '4', not int"),
        ({"step": 4.0, "seconds": 2.5}, "step is 4.0, not int"),
        ({"step": True, "seconds": 2.5}, "step is True, not int"),
        ({"step": -1, "seconds": 2.5}, "step is not from 0"),
        ({"step": 10**15, "seconds": 2.5}, "step is not from 0"),
        ({"step": 4, "seconds": "long"}, "seconds is 'long', not float"),
        ({"step": 4, "seconds": -1}, "seconds is not a finite number"),
        ({"step": 4, "seconds": float("inf")}, "seconds is not a finite number"),
        ({"step": 4, "seconds": float("nan")}, "seconds is nan, not float"),
        ({"step": 4, "seconds": []}, "seconds is \\[\\], not float"),
    ],
)
def test_a_place_that_no_run_reaches(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        _restore(_found(facts or {"nothing": 1}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model__0_DOT_bias": None}, "there is no tensor 0.bias"),
        ({"model__more": torch.ones(1)}, "'more' is unknown"),
        ({"model__0_DOT_bias": torch.ones(3)}, "0.bias is float32 3, not float32 7"),
        ({"model__0_DOT_bias": torch.ones(7, dtype=torch.int64)}, "0.bias is int64 7"),
        ({"model__0_DOT_bias": torch.full((7,), float("nan"))}, "0.bias has values"),
        ({"optimizer__0__exp_avg": None}, "there is no tensor 0/exp_avg"),
        ({"optimizer__0__exp_avg": torch.ones(7)}, "0/exp_avg is float32 7, not float32 7x3"),
        ({"optimizer__0__step": torch.ones(1)}, "0/step is float32 1, not float32 number"),
        ({"optimizer__0__step": torch.tensor(-1.0)}, "below 0"),
        ({"optimizer__1__exp_avg_sq": -torch.ones(7)}, "below 0"),
        ({"optimizer__9__step": torch.tensor(1.0)}, "'9/step' is unknown"),
        ({"optimizer__step": torch.tensor(1.0)}, "'step' is unknown"),
        ({"carried__sum": torch.ones(4, 2)}, "sum does not have a row for each of 5 streams"),
        ({"carried__sum": torch.ones(())}, "sum does not have a row for each of 5 streams"),
        ({"carried__sum": torch.ones(5, 3)}, "sum has another shape"),
    ],
)
def test_tensors_of_another_run(changes: dict[str, Tensor | None], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        _restore(_found(**changes))
    assert str(caught.value).startswith(f"{PATH}: the checkpoint is of another model")
    assert "\n" not in str(caught.value)


def test_what_is_refused_leaves_the_model_as_it_was() -> None:
    torch.manual_seed(9)
    model = nn.ModuleList([nn.Linear(3, 7), nn.Linear(7, 2)])
    before = json.dumps([p.tolist() for p in model.parameters()])
    optimizer = torch.optim.Adam(model.parameters())
    found = _found(carried__sum=torch.ones(5, 3))
    with pytest.raises(InputError):
        restore(model, optimizer, _Carrier().carry, found, STREAMS, PATH)
    assert json.dumps([p.tolist() for p in model.parameters()]) == before
