"""Learning a teacher or a student of AttTrack from labelled video: from names to a network."""

import platform
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from animot.atttrack.learner import AttTrackLearner
from animot.atttrack.lessons import OneShotLesson, StudentLesson
from animot.atttrack.roles import ALIGNMENTS, role_named
from animot.atttrack.stored import (
    Trained,
    facts_of,
    teacher_lesson,
)
from animot.device import choose_device
from animot.engines import load_model
from animot.errors import InputError
from animot.labelled_planning import (
    LabelledData,
    LabelledOptions,
    LabelledPlan,
    open_data,
    plan_labelled,
)
from animot.numerics import Numerics, check_threads, choose_numerics
from animot.saved import Model
from animot.share import Share
from animot.stored_weights import read_weights, refusing_foreign
from animot.training import checkpoint, loop
from animot.training.checkpoint import Checkpoint
from animot.training.distributed import Team
from animot.training.loop import Report
from animot.training.run_folder import open_run
from animot.training.schedule import Budget
from animot.training.validation import Standing

DEFAULT_MINUTES = 20.0


@dataclass(frozen=True, kw_only=True, eq=False)
class _Teaching:
    """A teacher for a student."""

    where: Path
    stored: Checkpoint
    lesson: OneShotLesson

    @property
    def digest(self) -> str:
        return str(self.stored.facts["sha256"])


def learn_labelled(
    inputs: str | Path | Iterable[str | Path] | LabelledData,
    out: str | Path | None = None,
    *,
    role: str = "teacher",
    teacher: str | Path | None = None,
    preset: str = "tiny",
    ablation: str | None = None,
    every: int = 6,
    minutes: float | None = None,
    steps: int | None = None,
    seed: int = 0,
    device: str | None = None,
    threads: int = 1,
    frames: str | Path | None = None,
    overwrite: bool = False,
    on_step: Callable[[Report], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> Trained:
    """Learn one network of an AttTrack pair from video with ground truth.

    Parameters
    ----------
    inputs : MOTChallenge folders or folders of them, of which the first half of each sequence is
        learned; or the word "crowd" for made pedestrians; or what `open_data` made of these.
    out : folder of the run; the same call goes on where it stopped. None: a temporary one.
    role : "teacher"; "student", which learns with the help that a teacher gives it at work; or, to
        compare with, "aligned" and "layerwise", which learn from a teacher and work without its
        help, and "plain", which learns alone.
    teacher : run folder of the teacher, for the roles that have one; it must have learned from the
        same inputs with the same preset.
    preset : "tiny", made for processors; or "full" (HRNet-W18) and "full-dla" (DLA-34).
    ablation : of the transfer, a name in `animot.atttrack.ablations`; for a student.
    every : the longest period of key frames that a student is made for.
    minutes, steps : how long to learn, one of the two; 20 minutes if neither is given.
    seed : of weights, pairs and noise; the same seed, steps and threads give the same network.
    device : "cpu", "cuda", ...; None: a GPU where there is one.
    threads : of the processor.
    frames : folder in which frames are kept at the networks' size, so that the next run need not
        read or draw them again; None: that of the run.
    overwrite : start anew in a folder that is not empty.
    on_step : called after each step.
    say : called with what is worth telling the user, in one line each.

    Returns
    -------
    The best network so far; its facts say whether learning is `finished`, or was interrupted.

    Raises
    ------
    InputError : where an input, the teacher or the folder cannot be used.
    """
    if not Share.from_environment().alone:
        raise InputError("atttrack learns in a single process; start it without torchrun")
    say = say or _say_nothing
    options = LabelledOptions(
        role=role_named(role), preset=preset, ablation=ablation, every=every, seed=seed
    )
    if minutes is None and steps is None:
        minutes = DEFAULT_MINUTES
    budget = Budget(steps=steps, minutes=minutes)
    check_threads(threads)
    on = choose_device(device, Share())
    teaching = _teaching(options, teacher)
    data = _opened(inputs, say)
    settings = _settings(data, budget, options, teaching)
    _check_taught_the_same(teaching, settings)
    folder = Path(tempfile.mkdtemp(prefix="animot-")) if out is None else Path(out)
    with open_run(folder, settings, overwrite=overwrite):
        say(f"reading {', '.join(data.names)}")
        plan = plan_labelled(data, folder if frames is None else Path(frames), options)
        say(str(plan))
        numerics = choose_numerics(folder, plan, on, threads, Team())
        finished = _run(plan, options, settings, teaching, budget, folder, numerics, on, on_step)
        if not finished:
            say(f"stopped and saved; the same command goes on from {folder}")
        standing = Standing.of(checkpoint.load(folder, loop.NAME).facts)
        if standing.best_step is not None:
            cost = standing.best["loss"]
            say(f"finding people costs {cost:.3f} in held-out frames (step {standing.best_step})")
    trained = load_model(folder, on)
    assert not isinstance(trained, Model)
    return replace(trained, facts=trained.facts | {"finished": finished})


def _opened(
    inputs: str | Path | Iterable[str | Path] | LabelledData, say: Callable[[str], None]
) -> LabelledData:
    if isinstance(inputs, LabelledData):
        return inputs
    names = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    return open_data([str(name) for name in names], say)


def _teaching(options: LabelledOptions, teacher: str | Path | None) -> _Teaching | None:
    if teacher is None:
        if options.needs_teacher:
            raise InputError(f"a {options.role} learns from a teacher; give its run with --teacher")
        return None
    if not options.needs_teacher:
        raise InputError(f"a network of the role {options.role} learns alone; leave --teacher out")
    stored = read_weights(teacher)
    with refusing_foreign(teacher):
        lesson = teacher_lesson(stored.facts, stored.group("model"))
    return _Teaching(where=Path(teacher), stored=stored, lesson=lesson)


def _settings(
    data: LabelledData,
    budget: Budget,
    options: LabelledOptions,
    teaching: _Teaching | None,
) -> dict[str, Any]:
    """What must be the same for a run to be resumed, as JSON values."""
    return {
        "engine": "atttrack",
        "inputs": list(data.names),
        "fingerprints": data.fingerprints(),
        **asdict(budget),
        **asdict(options),
        "teacher": None if teaching is None else teaching.digest,
    }


def _check_taught_the_same(teaching: _Teaching | None, settings: dict[str, Any]) -> None:
    """Identities are numbered over all sequences: another set, and numbers mean other people."""
    if teaching is None:
        return
    for name, what in {"preset": "another preset", "fingerprints": "other sequences"}.items():
        if teaching.stored.facts.get(name) != settings[name]:
            raise InputError(
                f"{teaching.where}: this teacher has learned with {what}; "
                "give teacher and student the same"
            )


def _run(
    plan: LabelledPlan,
    options: LabelledOptions,
    settings: dict[str, Any],
    teaching: _Teaching | None,
    budget: Budget,
    folder: Path,
    numerics: Numerics,
    device: torch.device,
    on_step: Callable[[Report], None] | None,
) -> bool:
    torch.set_num_threads(numerics.threads)
    torch.manual_seed(options.seed)
    facts = facts_of(options.role, plan.config) | {
        "preset": options.preset,
        "fingerprints": settings["fingerprints"],
        "teacher": settings["teacher"],
        "training": asdict(plan.training),
        "seed": options.seed,
        **asdict(numerics),
        "animot": version("animot"),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
    lesson = _lesson(plan, options, teaching, device).to(device)
    learner = AttTrackLearner(lesson, plan.source, options.seed, held_out=plan.held_out)
    return loop.learn(learner, plan.training, budget, folder, facts, on_step=on_step)


def _lesson(
    plan: LabelledPlan, options: LabelledOptions, teaching: _Teaching | None, device: torch.device
) -> OneShotLesson | StudentLesson:
    if teaching is not None:
        taught = teaching.lesson.to(device)
        return StudentLesson(plan.config, taught, ALIGNMENTS[options.role])
    network = plan.config.teacher if options.role == "teacher" else plan.config.student
    return OneShotLesson(network, plan.source.num_identities)


def _say_nothing(_: str) -> None:
    pass
