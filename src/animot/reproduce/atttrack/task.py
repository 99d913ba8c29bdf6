"""What all cells of a reproduction of AttTrack have in common."""

from dataclasses import dataclass

from animot import labelled_planning
from animot.association.config import AssociationConfig
from animot.atttrack import pair
from animot.atttrack.config import AttTrackConfig
from animot.data.crowd_difficulty import CrowdDifficulty
from animot.errors import InputError
from animot.labelled_planning import CROWD, LabelledOptions
from animot.training.schedule import Budget, TrainingConfig

EXPERIMENT = "atttrack"
PETS = "pets09"
# Held-out sequences of the crowd, and frames of each.
SEQUENCES, FRAMES = 20, 150
# Students are made for key frames up to so far apart: the longest period of the supplement.
LONGEST_PERIOD = 6


@dataclass(frozen=True, kw_only=True)
class Task:
    """What all cells of a folder have in common.

    Attributes
    ----------
    data : "crowd", "pets09", or a folder of MOTChallenge sequences.
    preset : of `animot.labelled_planning`.
    steps, minutes : of learning, for each network; one of the two.
    sequences, frames : held-out sequences of the crowd, and frames of each; None for recordings,
        whose second halves are scored.
    pair : sizes of teacher and student.
    training : how they learn.
    association : how what they find becomes tracks.
    difficulty : of the crowd; None for recordings.
    """

    data: str
    preset: str
    steps: int | None
    minutes: float | None
    sequences: int | None
    frames: int | None
    pair: AttTrackConfig
    training: TrainingConfig
    association: AssociationConfig
    difficulty: CrowdDifficulty | None
    experiment: str = EXPERIMENT

    @property
    def budget(self) -> str:
        """Of each network, as options of the command line."""
        return f"--steps {self.steps}" if self.minutes is None else f"--minutes {self.minutes:g}"


def make_task(
    data: str,
    preset: str,
    *,
    steps: int | None,
    minutes: float | None,
    sequences: int | None,
    frames: int | None,
) -> Task:
    """Task of what a user says; None: 20 sequences of 150 frames, of a crowd.

    Raises
    ------
    InputError : where it cannot be learned or scored.
    """
    LabelledOptions(role="teacher", preset=preset)
    Budget(steps=steps, minutes=minutes)
    crowd = data == CROWD
    if not crowd and (sequences is not None or frames is not None):
        raise InputError(
            f"{data}: is scored as it was recorded; leave --sequences and --frames out"
        )
    for name, number, least in (("sequences", sequences, 1), ("frames", frames, 2)):
        if number is not None and number < least:
            raise InputError(f"{number} {name} cannot be scored; give at least {least}")
    return Task(
        data=data,
        preset=preset,
        steps=steps,
        minutes=minutes,
        sequences=(sequences or SEQUENCES) if crowd else None,
        frames=(frames or FRAMES) if crowd else None,
        pair=labelled_planning.PRESETS[preset],
        training=labelled_planning.TRAINING[preset],
        association=pair.ASSOCIATION,
        difficulty=CrowdDifficulty() if crowd else None,
    )
