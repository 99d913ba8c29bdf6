"""What networks learn from, and the held-out sequences they are scored on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from animot.atttrack.kept_frames import keep_frames
from animot.data.crowd_sequence import crowd_sequences
from animot.data.data_folder import data_folder
from animot.data.labelled import LabelledSequence, split_at
from animot.data.mot_split import PETS09_S2L1_SPLIT, open_labelled
from animot.errors import InputError
from animot.labelled_planning import CROWD, LabelledData, data_of, frames_file, open_data
from animot.reproduce.atttrack.task import PETS, Task


@dataclass(frozen=True, kw_only=True, eq=False)
class Data:
    """Sequences of a task.

    Attributes
    ----------
    labelled : to learn from and to validate on.
    scored : which no network has learned from.
    """

    labelled: LabelledData
    scored: list[LabelledSequence]


def open_task_data(task: Task, say: Callable[[str], None]) -> Data:
    """Sequences of a task; frames are not read or drawn yet.

    A crowd is scored on streams that are for tests alone. Of recordings the second halves are
    scored, on which networks are also validated, as FairMOT does.

    Raises
    ------
    InputError : where a recording is missing or damaged.
    """
    if task.data == CROWD:
        assert task.sequences is not None
        assert task.frames is not None
        made = crowd_sequences("test", task.sequences, task.frames, difficulty=task.difficulty)
        return Data(labelled=open_data([CROWD], say), scored=made)
    labelled = _pets() if task.data == PETS else open_data([task.data], say)
    return Data(labelled=labelled, scored=labelled.held_out)


def keep_scored_frames(data: Data, task: Task, folder: Path) -> Data:
    """The same, with the frames to be scored in a folder, for all who work on the task.

    Those of a crowd stay as they are; those of recordings are kept at the networks' size, in the
    files that learning has for validation.

    Raises
    ------
    InputError : where frames are missing, or the folder cannot be written.
    """
    height, width = task.pair.frame_size
    crowd = task.data == CROWD
    kept = [
        keep_frames(
            one,
            (one.width, one.height) if crowd else (width, height),
            frames_file(folder, "scored" if crowd else "held-out", number),
        )
        for number, one in enumerate(data.scored)
    ]
    return replace(data, scored=kept)


def _pets() -> LabelledData:
    """PETS09-S2L1: frames 1 to 350 to learn from, the labelled ones after these held out."""
    folder = data_folder() / "pets09-s2l1"
    video, truth = folder / "vtest.avi", folder / "gt" / "gt_000001-000530.txt"
    if not (video.is_file() and truth.is_file()):
        raise InputError(
            f"{folder}: has no vtest.avi with gt/gt_000001-000530.txt; set ANIMOT_DATA to the "
            "folder above it"
        )
    return data_of((PETS,), [split_at(open_labelled(video, truth), PETS09_S2L1_SPLIT)])
