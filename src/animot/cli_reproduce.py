"""The part of the command line that reproduces the papers."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from animot.cli_data import Out
from animot.errors import InputError

reproduce = App(
    name="reproduce",
    help=(
        "Reproduce tables and figures of a paper, ours beside the printed numbers.\n\n"
        "Ctrl-C saves, and the same command goes on where it stopped. Started several times, each "
        "process works on other cells.\n\n"
        "Example: animot reproduce tba-sprites --preset fast --steps 2000 --seeds 1,2,3"
    ),
)


@reproduce.default
def tba(
    experiment: str,
    *,
    configs: str | None = None,
    seeds: str = "1",
    steps: int | None = None,
    minutes: float | None = None,
    preset: str = "paper",
    frames: int = 10_000,
    out: Out | None = None,
    digits: Path | None = None,
    threads: int = 1,
    only_tables: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Learn and score Tracking-by-Animation and its ablations; see also atttrack below.

    Parameters
    ----------
    experiment
        tba-sprites or tba-mnist.
    configs
        Of TBA, TBAc, noOcc, noAtt, noMem, noRep, with commas between; all if not given.
    seeds
        Seeds of each configuration, with commas between.
    steps
        How long to learn each cell, in steps.
    minutes
        How long to learn each cell; 20 if nothing is given.
    preset
        paper, which needs weeks; fast, which needs minutes; or released.
    frames
        Test frames to be scored.
    out
        Folder; called like the experiment if not given.
    digits
        Folder of the MNIST files; mnist in $ANIMOT_DATA if not given.
    threads
        Threads of the processor.
    only_tables
        Write the tables of the cells that are finished, and print them.
    """
    from animot.report.progress import ProgressLine
    from animot.reproduce.tba import run

    if only_tables:
        print(run.write_tables(experiment if out is None else out), end="")
        return
    with ProgressLine() as progress:
        run.reproduce(
            experiment,
            out,
            configurations=None if configs is None else _words(configs),
            seeds=_numbers(seeds),
            steps=steps,
            minutes=minutes,
            preset=preset,
            frames=frames,
            digits=digits,
            threads=threads,
            on_step=progress.learned,
            on_frame=progress.tracked,
            say=progress.say,
        )


@reproduce.command
def atttrack(
    *,
    data: str = "crowd",
    seeds: int | None = None,
    every: str = "2-6",
    ablations: str | None = None,
    steps: int | None = None,
    minutes: float | None = None,
    preset: str = "tiny",
    sequences: int | None = None,
    frames: int | None = None,
    out: Out | None = None,
    threads: int = 1,
    only_tables: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Teacher, students, and every way in which they take turns: accuracy, speed, staleness.

    Example: animot reproduce atttrack --data crowd --seeds 3 --minutes 20 --threads 1

    Parameters
    ----------
    data
        crowd; pets09, from $ANIMOT_DATA; or a folder of MOTChallenge sequences.
    seeds
        How many; 3 for the crowd, 1 for recordings if not given.
    every
        K, of key frames: 2-6, or some of them with commas between.
    ablations
        Learned with the first seed, with commas between, or none; heat,box,still,convex for the
        crowd if not given.
    steps
        How long to learn each network, in steps.
    minutes
        How long to learn each network; 20 if nothing is given.
    preset
        tiny, full or full-dla.
    sequences
        Held-out sequences of the crowd; 20 if not given.
    frames
        Frames of each of them; 150 if not given.
    out
        Folder; atttrack if not given.
    threads
        Threads of the processor, for learning.
    only_tables
        Write the tables of what is finished, and print them.
    """
    from animot.report.progress import ProgressLine
    from animot.reproduce.atttrack import run

    if only_tables:
        print(run.write_tables("atttrack" if out is None else out), end="")
        return
    with ProgressLine() as progress:
        run.reproduce(
            data,
            out,
            periods=_periods(every),
            seeds=seeds,
            ablations=None if ablations is None else _names(ablations),
            steps=steps,
            minutes=minutes,
            preset=preset,
            sequences=sequences,
            frames=frames,
            threads=threads,
            on_step=progress.learned,
            on_frame=progress.tracked,
            say=progress.say,
        )


def _periods(text: str) -> list[int]:
    """Numbers of a range or a list."""
    first, dash, last = (part.strip() for part in text.partition("-"))
    words = [first, last] if dash else _words(text)
    if not all(word.isdecimal() for word in words):
        raise InputError(f"--every {text} are no periods; write them like 2-6 or 2,4")
    numbers = [int(word) for word in words]
    return list(range(numbers[0], numbers[1] + 1)) if dash else numbers


def _names(text: str) -> list[str]:
    return [] if text.strip() == "none" else _words(text)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[int]:
    words = _words(text)
    if not all(word.isdecimal() for word in words):
        raise InputError(f"--seeds {text} are no seeds; write them like 1,2,3")
    return [int(word) for word in words]
