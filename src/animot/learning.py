"""Learning a tracker from unlabelled video: from file names to a model."""

import platform
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from animot.data.sequence import Sequence, open_sequence
from animot.errors import InputError
from animot.planning import Options, Plan, plan_made, plan_video
from animot.precision import fastest_dtype
from animot.saved import DTYPES, Model, camera_tensors, facts_of, load_model
from animot.tba.ablations import full_name
from animot.tba.learner import TBALearner
from animot.tba.model import TBA, Precision
from animot.training import checkpoint, loop
from animot.training.loop import Report
from animot.training.run_folder import open_run
from animot.training.schedule import Budget

DEFAULT_MINUTES = 20.0
MADE = "sprites"


def learn(
    inputs: str | Path | Iterable[str | Path],
    out: str | Path | None = None,
    *,
    minutes: float | None = None,
    steps: int | None = None,
    preset: str = "fast",
    ablation: str | None = None,
    seed: int = 0,
    objects: int | None = None,
    size: tuple[int, int] | None = None,
    ignore: str | Path | None = None,
    device: str | None = None,
    threads: int | None = None,
    overwrite: bool = False,
    on_step: Callable[[Report], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> Model:
    """Learn a tracker from unlabelled video of one or several fixed cameras.

    Parameters
    ----------
    inputs : video files, folders of images, or "sprites" for made video.
    out : folder of the run; the same call goes on where it stopped. None: a temporary one.
    minutes, steps : how long to learn, one of the two; 20 minutes if neither is given.
    preset : "fast", "paper" for the published model, or "released" for the one that the authors'
        program builds.
    ablation : a configuration of the paper's Sec. 4, such as "TBAc-noMem"; None: the preset as
        it is.
    seed : of weights, clips and noise; the same seed, steps and threads give the same model.
    objects : most objects at a time; for made video also how many there are.
    size : working (width, height) in pixels; None: chosen from the video.
    ignore : image, white where the model shall see background only.
    device : "cpu", "cuda", ...; None: a GPU where there is one.
    threads : of the processor; None: all.
    overwrite : start anew in a folder that is not empty.
    on_step : called after each step.
    say : called with what is worth telling the user, in one line each.

    Raises
    ------
    InputError : where an input or the folder cannot be used.
    """
    names = [str(inputs)] if isinstance(inputs, str | Path) else [str(name) for name in inputs]
    if minutes is None and steps is None:
        minutes = DEFAULT_MINUTES
    budget = Budget(steps=steps, minutes=minutes)
    options = Options(
        preset=preset,
        ablation=None if ablation is None else full_name(ablation),
        seed=seed,
        objects=objects,
        size=size,
        ignore=None if ignore is None else Path(ignore),
    )
    on = choose_device(device)
    folder = Path(tempfile.mkdtemp(prefix="animot-")) if out is None else Path(out)
    sequences = [] if names == [MADE] else [open_sequence(name) for name in names]
    made = None if sequences else plan_made(options)
    settings = _settings(names, sequences, budget, options)
    with open_run(folder, settings, overwrite=overwrite):
        if say is not None and sequences:
            say(f"reading {', '.join(sequence.name for sequence in sequences)}")
        plan = made or plan_video(sequences, folder, options)
        if say is not None:
            say(str(plan))
        numerics = _numerics(folder, plan, on, threads)
        finished = _run(plan, budget, folder, options.seed, numerics, on, on_step)
        if say is not None and not finished:
            say(f"stopped and saved; the same command goes on from {folder}")
    return load_model(folder, on)


def choose_device(name: str | None) -> torch.device:
    """The device of that name; without one, a GPU where there is one, else the processor."""
    if name is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(
            f"device {name} cannot be used ({str(error).splitlines()[0]}); give cpu"
        ) from error
    return device


def _settings(
    names: list[str], sequences: list[Sequence], budget: Budget, options: Options
) -> dict[str, Any]:
    """What must be the same for a run to be resumed, as JSON values."""
    return {
        "inputs": names,
        "fingerprints": [sequence.fingerprint() for sequence in sequences],
        **asdict(budget),
        "preset": options.preset,
        "ablation": options.ablation,
        "seed": options.seed,
        "objects": options.objects,
        "size": None if options.size is None else list(options.size),
        "ignore": None if options.ignore is None else str(options.ignore),
    }


@dataclass(frozen=True, kw_only=True)
class _Numerics:
    """What decides the last bits of every sum; chosen once for a run, and kept."""

    dtype: str
    threads: int


def _numerics(folder: Path, plan: Plan, device: torch.device, threads: int | None) -> _Numerics:
    if loop.has_checkpoint(folder):
        facts = checkpoint.load(folder, loop.NAME).facts
        return _Numerics(dtype=facts["dtype"], threads=facts["threads"])
    return _Numerics(
        dtype=fastest_dtype(device) if plan.low_precision else "float32",
        threads=torch.get_num_threads() if threads is None else threads,
    )


def _run(
    plan: Plan,
    budget: Budget,
    folder: Path,
    seed: int,
    numerics: _Numerics,
    device: torch.device,
    on_step: Callable[[Report], None] | None,
) -> bool:
    torch.set_num_threads(numerics.threads)
    torch.manual_seed(seed)
    model = TBA(plan.config, Precision(dtype=DTYPES[numerics.dtype])).to(device)
    facts = facts_of(plan.config, numerics.dtype) | {
        "training": asdict(plan.training),
        "seed": seed,
        "threads": numerics.threads,
        "animot": version("animot"),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
    constants = {f"camera/{k}": t for k, t in camera_tensors(plan.cameras).items()}
    learner = TBALearner(model, plan.source, seed, plan.training.reset_chance)
    return loop.learn(learner, plan.training, budget, folder, facts, constants, on_step)
