"""The part of the command line that reproduces the paper."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from animot.cli_data import Out
from animot.errors import InputError


def reproduce(
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
    threads: int | None = None,
    only_tables: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Reproduce a table of the paper and its figures, ours beside the printed numbers.

    Ctrl-C saves, and the same command goes on where it stopped. Started several times, each
    process works on other cells (a configuration with a seed).

    Example: animot reproduce tba-sprites --preset fast --steps 2000 --seeds 1,2,3

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


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[int]:
    words = _words(text)
    if not all(word.isdecimal() for word in words):
        raise InputError(f"--seeds {text} are no seeds; write them like 1,2,3")
    return [int(word) for word in words]
