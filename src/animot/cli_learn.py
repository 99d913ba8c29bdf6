"""The part of the command line that learns."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from animot.cli_data import Out
from animot.errors import InputError

ENGINES = ("tba", "atttrack")


def learn(
    *inputs: str,
    out: Out,
    engine: str = "tba",
    role: str | None = None,
    teacher: Path | None = None,
    every: int | None = None,
    minutes: float | None = None,
    steps: int | None = None,
    preset: str | None = None,
    ablation: str | None = None,
    seed: int = 0,
    objects: int | None = None,
    size: str | None = None,
    ignore: Path | None = None,
    background: str | None = None,
    digits: Path | None = None,
    device: str | None = None,
    threads: int = 1,
    overwrite: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Learn a tracker from video; no labels needed, but by the engine atttrack.

    Ctrl-C saves, and the same command goes on where it stopped.

    Example: animot learn street.mp4 -o street/ --minutes 20

    Parameters
    ----------
    inputs
        Videos or folders of images of fixed cameras; or the word sprites or mnist. For atttrack,
        MOTChallenge folders, or the word crowd.
    out
        Folder of the run.
    engine
        tba; or atttrack, for a teacher and a student from labels.
    role
        atttrack: teacher, student, plain, aligned or layerwise.
    teacher
        atttrack: run of the teacher of a student.
    every
        atttrack: longest period of key frames; 6 if not given.
    minutes
        How long to learn; 20 if nothing is given.
    steps
        How long to learn, in steps; makes the result repeatable.
    preset
        fast, paper or released; of atttrack tiny, full or full-dla.
    ablation
        Of the paper, for research; see the guide.
    seed
        Seed of everything random.
    objects
        Most objects at a time.
    size
        Working size as WIDTHxHEIGHT; chosen if not given.
    ignore
        Image that is white where nothing shall be tracked.
    background
        How the empty scene is found: mode (of fast, if not given), median, mog2 or imbs.
    digits
        Folder of the MNIST files; mnist in $ANIMOT_DATA if not given.
    device
        cpu, cuda, ...; a GPU where there is one.
    threads
        Threads of the processor.
    overwrite
        Start anew in a folder that is not empty.
    """
    if not inputs:
        raise InputError("no video is given; write animot learn VIDEO -o RUN")
    both = {
        "minutes": minutes,
        "steps": steps,
        "ablation": ablation,
        "seed": seed,
        "device": device,
        "threads": threads,
        "overwrite": overwrite,
    }
    if preset is not None:
        both["preset"] = preset
    of_tba = {
        "objects": objects,
        "size": size,
        "ignore": ignore,
        "background": background,
        "digits": digits,
    }
    of_atttrack = {"role": role, "teacher": teacher, "every": every}
    if engine == "tba":
        _refuse(of_atttrack, "atttrack")
        _learn_tba(inputs, out, **both, **(of_tba | {"size": _size(size)}))
    elif engine == "atttrack":
        _refuse(of_tba, "tba")
        _learn_atttrack(inputs, out, **both, **of_atttrack)
    else:
        raise InputError(f"there is no engine {engine}; give one of {', '.join(ENGINES)}")


def _learn_tba(inputs: tuple[str, ...], out: Path, **options: Any) -> None:
    from animot.learning import learn as learn_model
    from animot.report.progress import ProgressLine

    given = {name: value for name, value in options.items() if value is not None}
    with ProgressLine() as progress:
        learn_model(inputs, out, **given, on_step=progress.learned, say=progress.say)


def _learn_atttrack(inputs: tuple[str, ...], out: Path, **options: Any) -> None:
    from animot.labelled_learning import learn_labelled
    from animot.report.progress import ProgressLine

    if options["role"] is None:
        raise InputError(
            "say with --role what to learn: teacher, student, plain, aligned, layerwise"
        )
    given = {name: value for name, value in options.items() if value is not None}
    with ProgressLine() as progress:
        learn_labelled(inputs, out, **given, on_step=progress.learned, say=progress.say)


def _refuse(options: dict[str, Any], engine: str) -> None:
    """No option is silently without effect."""
    for name, given in options.items():
        if given is not None:
            raise InputError(
                f"--{name} is for the engine {engine}; leave it out, or add --engine {engine}"
            )


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise InputError(f"--size {text} is no size; write it as WIDTHxHEIGHT, such as 192x144")
    return int(width), int(height)
