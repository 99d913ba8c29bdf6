"""What is to be done: one task for a folder, a cell for each configuration and seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from animot.errors import InputError
from animot.made_sets import MADE_SETS
from animot.planning import Options
from animot.reproduce.tba.protocol import TEST_FRAMES
from animot.reproduce.tba.published import experiment_of
from animot.tba.ablations import ablate, full_name
from animot.training.schedule import Budget


@dataclass(frozen=True, kw_only=True)
class Task:
    """What all cells of a folder have in common.

    Attributes
    ----------
    experiment : "tba-sprites" or "tba-mnist".
    preset : "fast", "paper" or "released".
    steps, minutes : of learning, for each cell; one of the two.
    frames : of the test video.
    """

    experiment: str
    preset: str
    steps: int | None
    minutes: float | None
    frames: int = TEST_FRAMES

    def __post_init__(self) -> None:
        """Refuse what cannot be learned or scored."""
        experiment_of(self.experiment)
        Options(preset=self.preset)
        Budget(steps=self.steps, minutes=self.minutes)
        if self.frames < 1:
            raise InputError(f"{self.frames} frames cannot be scored; give at least 1")

    @property
    def budget(self) -> str:
        """Of each cell, as options of the command line."""
        return f"--steps {self.steps}" if self.minutes is None else f"--minutes {self.minutes:g}"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One configuration with one seed.

    Attributes
    ----------
    configuration : of Sec. 4, by its full name.
    seed : of weights, clips and noise.
    """

    configuration: str
    seed: int

    def __post_init__(self) -> None:
        """Refuse what no cell is called."""
        if full_name(self.configuration) != self.configuration:
            raise InputError(f"{self.configuration} is short for {full_name(self.configuration)}")
        Options(seed=self.seed)

    def __str__(self) -> str:
        return f"{self.configuration}, seed {self.seed}"

    def folder(self, out: Path) -> Path:
        """Where it is kept."""
        return out / f"{self.configuration}-seed{self.seed}"

    def run(self, out: Path) -> Path:
        """Its run folder."""
        return self.folder(out) / "run"

    def command(self, task: Task, threads: int) -> str:
        """The command that makes just this cell."""
        return (
            f"animot reproduce {task.experiment} --configs {self.configuration} "
            f"--seeds {self.seed} --preset {task.preset} {task.budget} --threads {threads} "
            f"--frames {task.frames}"
        )


def configurations_of(experiment: str) -> list[str]:
    """Those that the paper's table has, in its order."""
    return list(experiment_of(experiment).printed)


def plan_cells(
    task: Task, configurations: Sequence[str] | None, seeds: Sequence[int]
) -> list[Cell]:
    """Cells of these configurations and seeds, in the order of the table, seed by seed.

    Parameters
    ----------
    task : of which they are cells.
    configurations : names of Sec. 4, in any order; None: all that the table has.
    seeds : of the cells of each configuration.

    Raises
    ------
    InputError : where there is no such configuration in the experiment, or no seed.
    """
    if not seeds or configurations == []:
        raise InputError("nothing is left to reproduce; give at least one seed and configuration")
    known = configurations_of(task.experiment)
    asked = known if configurations is None else [full_name(name) for name in configurations]
    for name in asked:  # one layer cannot lose its layers
        ablate(MADE_SETS[experiment_of(task.experiment).made].configs[task.preset], name)
    return [
        Cell(configuration=name, seed=seed)
        for seed in dict.fromkeys(seeds)
        for name in known
        if name in asked
    ]
