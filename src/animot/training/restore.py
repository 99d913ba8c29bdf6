"""What a run goes on from: weights, optimiser, carried state and place, out of a checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from animot.data.from_json import from_json
from animot.errors import InputError
from animot.named_tensors import check_fit
from animot.training.checkpoint import Checkpoint

# At a thousand steps a second, a run of this many takes more than a week.
MOST_STEPS = 10**9


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far a run has come.

    Attributes
    ----------
    step : steps done.
    seconds : of learning.
    """

    step: int
    seconds: float

    def __post_init__(self) -> None:
        """Refuse what no run reaches."""
        if not 0 <= self.step <= MOST_STEPS:
            raise ValueError(f"step is not from 0 to {MOST_STEPS}")
        if not 0 <= self.seconds < float("inf"):
            raise ValueError("seconds is not a finite number of at least 0")


def restore(
    model: nn.Module,
    optimizer: torch.optim.Adam,
    carry: Callable[[dict[str, Tensor]], None],
    found: Checkpoint,
    batch_size: int,
    path: Path,
) -> Position:
    """Put a model and its optimiser where a checkpoint left them.

    Parameters
    ----------
    model, optimizer : of the run, as they start.
    carry : takes the carried state; ValueError where it does not fit.
    found : what `animot.training.checkpoint.load` gave.
    batch_size : streams of the run.
    path : of the checkpoint, for messages.

    Raises
    ------
    InputError : where the checkpoint is not one of this run; then nothing of it is used.
    """
    try:
        position = from_json(
            Position, {name: found.facts.get(name) for name in ("step", "seconds")}
        )
        weights, carried = found.group("model"), found.group("carried")
        check_fit(weights, model.state_dict())
        state = _optimizer_state(found.group("optimizer"), optimizer)
        for name, tensor in carried.items():
            if tensor.shape[:1] != (batch_size,):
                raise ValueError(f"{name} does not have a row for each of {batch_size} streams")
        carry(carried)
    except ValueError as error:
        raise InputError(
            f"{path}: the checkpoint is of another model ({error}); "
            "give another folder, or learn again with --overwrite"
        ) from error
    model.load_state_dict(weights)
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    return position


def optimizer_tensors(optimizer: torch.optim.Adam) -> dict[str, Tensor]:
    """What Adam remembers of each parameter, named `number/what`."""
    state = optimizer.state_dict()["state"]
    return {f"{i}/{name}": value for i, entry in state.items() for name, value in entry.items()}


def _optimizer_state(
    tensors: dict[str, Tensor], optimizer: torch.optim.Adam
) -> dict[int, dict[str, Tensor]]:
    """Back from `optimizer_tensors`; a parameter that never had a gradient has no entry."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    numbers = {key.split("/")[0] for key in tensors}
    state = {
        i: {"step": torch.zeros(()), "exp_avg": parameter, "exp_avg_sq": parameter}
        for i, parameter in enumerate(parameters)
        if str(i) in numbers
    }
    needed = {f"{i}/{name}": value for i, entry in state.items() for name, value in entry.items()}
    check_fit(tensors, needed)
    if any((tensor < 0).any() for key, tensor in tensors.items() if not key.endswith("/exp_avg")):
        raise ValueError("the optimizer has counts or squares below 0")
    return {i: {name: tensors[f"{i}/{name}"] for name in entry} for i, entry in state.items()}
