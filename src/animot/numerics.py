"""What decides the last bits of every sum; chosen once for a run, and kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import torch

from animot.data.from_json import from_json
from animot.errors import InputError
from animot.precision import fastest_dtype
from animot.training import checkpoint, loop
from animot.training.distributed import Team
from animot.training.schedule import TrainingConfig

MOST_THREADS = 1024


@dataclass(frozen=True, kw_only=True)
class Numerics:
    """Number type of the heavy layers, and threads of the processor."""

    dtype: Literal["float32", "bfloat16"]
    threads: int

    def __post_init__(self) -> None:
        """Refuse threads that no processor has."""
        check_threads(self.threads)


def check_threads(threads: int) -> None:
    """Refuse a number of threads that no processor has."""
    if not 1 <= threads <= MOST_THREADS:
        raise InputError(f"{threads} threads cannot be used; give 1 to {MOST_THREADS}")


@runtime_checkable
class Planned(Protocol):
    """What decides whether a run is the one that is planned, for either engine."""

    @property
    def config(self) -> Any:
        """Of the model."""
        ...

    @property
    def training(self) -> TrainingConfig:
        """How to learn."""
        ...

    @property
    def low_precision(self) -> bool:
        """Whether bfloat16 may be used where it is fast."""
        ...

    def read_config(self, values: Any) -> Any:
        """Configuration of a model from JSON values; ValueError where it is none."""
        ...


def choose_numerics(
    folder: Path, plan: Planned, device: torch.device, threads: int, team: Team
) -> Numerics:
    """Those of the run in the folder, else the fastest with the threads asked for.

    Of several processes that learn together, the first one chooses the number type.

    Raises
    ------
    InputError : where the folder's run is not the one that is planned, or its checkpoint is
        damaged.
    """
    if loop.has_checkpoint(folder):
        return _numerics_of_run(folder, plan)
    dtype = "float32"
    if plan.low_precision and team.share.first:
        dtype = fastest_dtype(device)
    return from_json(
        Numerics,
        {"dtype": team.texts(dtype)[0], "threads": threads},
    )


def _numerics_of_run(folder: Path, plan: Planned) -> Numerics:
    facts = checkpoint.load(folder, loop.NAME).facts
    path = folder / f"{loop.NAME}.json"
    try:
        numerics = from_json(Numerics, {name: facts.get(name) for name in ("dtype", "threads")})
        config = plan.read_config(facts.get("config"))
        training = from_json(TrainingConfig, facts.get("training"))
    except ValueError as error:
        raise InputError(
            f"{path}: the checkpoint is not one of a run ({error}); "
            "give another folder, or learn again with --overwrite"
        ) from error
    if (config, training) != (plan.config, plan.training):
        raise InputError(
            f"{path}: the run was begun with another model or another way of learning than this "
            "version of animot plans; go on with that version, or learn again with --overwrite"
        )
    return numerics
