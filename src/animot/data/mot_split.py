"""Folders of labelled sequences, and the parts to learn from and to validate on."""

import re
import warnings
from pathlib import Path

from animot.data.labelled import LabelledSequence, split_at
from animot.data.mot import read_truth
from animot.data.sequence import open_sequence
from animot.errors import InputError, InputWarning

PETS09_S2L1_SPLIT = 350  # learn from frames 1 to 350, validate on those from 351 on
DETECTORS = re.compile(r"-(DPM|FRCNN|SDP)$")  # MOT17 has each sequence once for each of them


def open_labelled(path: str | Path, truth: str | Path | None = None) -> LabelledSequence:
    """Video with ground truth.

    Parameters
    ----------
    path : MOTChallenge folder, or any video file or folder of images.
    truth : MOTChallenge ground truth; None takes gt/gt.txt of the folder.

    Raises
    ------
    InputError : where there is no video or no truth, or the truth goes on after the video.
    """
    sequence = open_sequence(path)
    truth = sequence.truth_path if truth is None else Path(truth)
    if truth is None:
        raise InputError(f"{path}: no ground truth; put it at gt/gt.txt of a sequence folder")
    # What a video says of its length is a hint only.
    length = sequence.num_frames if Path(path).is_dir() else None
    return LabelledSequence(source=sequence, truth=read_truth(truth, length))


def open_labelled_folder(folder: str | Path) -> list[LabelledSequence]:
    """Sequences of a folder such as MOT17/train, or one sequence; sorted by name.

    Of sequences that differ only in the detector that their name ends in, the first is taken.
    Folders with images but without ground truth are left out, and an InputWarning says so.

    Raises
    ------
    InputError : where there is nothing, or one of the sequences cannot be used.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give one of MOTChallenge sequences")
    if _is_sequence(folder):
        return [open_labelled(folder)]
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if _is_sequence(path):
            found.setdefault(DETECTORS.sub("", path.name), path)
    unlabelled = [path for path in found.values() if not (path / "gt" / "gt.txt").is_file()]
    labelled = [path for path in found.values() if path not in unlabelled]
    if not labelled:
        raise InputError(
            f"{folder}: no sequence with ground truth in it; give a folder of folders with img1 "
            "and gt/gt.txt, such as MOT17/train"
        )
    if unlabelled:
        warnings.warn(
            f"{unlabelled[0]}: has no gt/gt.txt and is left out ({len(unlabelled)} of {len(found)} "
            "sequences)",
            InputWarning,
            stacklevel=2,
        )
    return [open_labelled(path) for path in labelled]


def split_in_half(sequence: LabelledSequence) -> tuple[LabelledSequence, LabelledSequence]:
    """Learn from the first half, validate on the second, as FairMOT does with MOT17.

    The second half has the odd frame.

    Raises
    ------
    InputError : where there is a single frame.
    """
    return split_at(sequence, sequence.num_frames // 2)


def _is_sequence(path: Path) -> bool:
    return (path / "img1").is_dir() or (path / "seqinfo.ini").is_file()
