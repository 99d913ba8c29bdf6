"""Learning a tracker from unlabelled video: from file names to a model."""

import hashlib
import platform
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from animot.data.made import MadeVideo
from animot.data.sequence import Sequence, open_sequence
from animot.device import choose_device
from animot.errors import InputError
from animot.made_sets import made_video
from animot.numerics import Numerics, check_threads, choose_numerics
from animot.planning import (
    Options,
    Plan,
    background_of,
    plan_made,
    plan_video,
    read_ignore,
    training_of,
)
from animot.saved import DTYPES, Model, camera_tensors, facts_of, load_model
from animot.share import Share
from animot.tba.ablations import full_name
from animot.tba.learner import TBALearner
from animot.tba.model import TBA, Precision
from animot.training import checkpoint, loop, validation
from animot.training.distributed import Team, join
from animot.training.loop import Report
from animot.training.run_folder import open_run
from animot.training.schedule import Budget
from animot.video.background.picture_file import write_pictures

DEFAULT_MINUTES = 20.0


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
    background: str | None = None,
    digits: str | Path | None = None,
    device: str | None = None,
    threads: int = 1,
    overwrite: bool = False,
    on_step: Callable[[Report], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> Model:
    """Learn a tracker from unlabelled video of one or several fixed cameras.

    Processes that `torchrun` started learn together, each from its share of every batch. The
    first one writes to the folder and calls `on_step` and `say`.

    Parameters
    ----------
    inputs : video files, folders of images, or one of the words "sprites" and "mnist" for made
        video; a file or folder of such a name is reached as "./mnist" or as a `Path`.
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
    background : how the empty scene of a video is found: "mode" or "median" of frames spread over
        it, or the causal models "mog2" and "imbs"; it is written to the folder as a picture. None:
        "mode" for "fast", "median" for the other presets.
    digits : folder of the MNIST files; None: the folder mnist in $ANIMOT_DATA.
    device : "cpu", "cuda", ...; None: a GPU where there is one, for each process its own.
    threads : of the processor, for each process.
    overwrite : start anew in a folder that is not empty.
    on_step : called after each step.
    say : called with what is worth telling the user, in one line each.

    Returns
    -------
    The best model so far; its facts say whether learning is `finished`, or was interrupted.

    Raises
    ------
    InputError : where an input or the folder cannot be used.
    ProcessLostError : where another process of the run has ended.
    """
    share = Share.from_environment()
    given = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    names = [str(name) for name in given]
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
        background=background,
    )
    made = made_video(given, seed, objects, None if digits is None else Path(digits))
    training = training_of(options, made=made is not None)
    share.streams(training.batch_size)  # refused before a long video is read
    made_plan = None if made is None else plan_made(made, options)
    on = choose_device(device, share)
    check_threads(threads)
    sequences = [] if made else [open_sequence(name) for name in names]
    settings = _settings(names, sequences, made, budget, options)
    folder = _folder(out, share)
    if say is None or not share.first:
        say = _say_nothing
    with join(share, on) as team, _opened(team, folder, settings, overwrite=overwrite):
        if sequences:
            say(f"reading {', '.join(sequence.name for sequence in sequences)}")
        plan = team.in_turn(
            lambda: made_plan or plan_video(sequences, folder, options), patient=True
        )
        say(str(plan))
        if sequences and share.first:
            write_pictures([camera.background for camera in plan.cameras], folder)
        numerics = choose_numerics(folder, plan, on, threads, team)
        report = _reporting(on_step, say) if share.first else None
        finished = _run(plan, budget, folder, options.seed, numerics, on, report, team)
        if not finished:
            say(f"stopped and saved; the same command goes on from {folder}")
        else:
            facts = checkpoint.load(folder, loop.NAME).facts
            for line in validation.summary(facts, plan.training.patience):
                say(line)
        model = team.in_turn(lambda: load_model(folder, on))
        return replace(model, facts=model.facts | {"finished": finished})


def _folder(out: str | Path | None, share: Share) -> Path:
    if out is not None:
        return Path(out)
    if not share.alone:
        raise InputError("processes that learn together need a folder; give out")
    return Path(tempfile.mkdtemp(prefix="animot-"))


@contextmanager
def _opened(
    team: Team, folder: Path, settings: dict[str, Any], *, overwrite: bool
) -> Iterator[None]:
    """The folder is locked by the first process, for all of them."""
    with ExitStack() as stack:

        def open_first() -> None:
            if team.share.first:
                stack.enter_context(open_run(folder, settings, overwrite=overwrite))

        team.in_turn(open_first)
        yield


def _reporting(
    on_step: Callable[[Report], None] | None, say: Callable[[str], None]
) -> Callable[[Report], None]:
    """Called after each step; what the training doctor finds is said, too."""

    def report(step: Report) -> None:
        for finding in step.findings:
            say(finding)
        if on_step is not None:
            on_step(step)

    return report


def _say_nothing(_: str) -> None:
    pass


def _settings(
    names: list[str],
    sequences: list[Sequence],
    made: MadeVideo | None,
    budget: Budget,
    options: Options,
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
        "mask": None if options.ignore is None else _mask_digest(options.ignore),
        "background": None if made else background_of(options),
        "digits": None if made is None else made.fingerprint(),
    }


def _mask_digest(path: Path) -> str:
    """Digest of the image of pixels to ignore; InputError if it is none."""
    read_ignore(path, (1, 1))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _run(
    plan: Plan,
    budget: Budget,
    folder: Path,
    seed: int,
    numerics: Numerics,
    device: torch.device,
    on_step: Callable[[Report], None] | None,
    team: Team,
) -> bool:
    torch.set_num_threads(numerics.threads)
    torch.manual_seed(seed)
    model = TBA(plan.config, Precision(dtype=DTYPES[numerics.dtype])).to(device)
    facts = facts_of(plan.config, numerics.dtype) | {
        "training": asdict(plan.training),
        "seed": seed,
        "threads": numerics.threads,
        "processes": team.share.world_size,
        "animot": version("animot"),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
    constants = {f"camera/{k}": t for k, t in camera_tensors(plan.cameras).items()}
    streams = team.share.streams(plan.training.batch_size)
    learner = TBALearner(
        model,
        plan.source.only(streams),
        seed,
        held_out=plan.held_out.only(streams),
        trackers=plan.trackers,
        reset_chance=plan.training.reset_chance,
        share=team.share,
    )
    return loop.learn(learner, plan.training, budget, folder, facts, constants, on_step, team)
