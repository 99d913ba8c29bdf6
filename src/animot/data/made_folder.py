"""Writing made video as a MOTChallenge sequence folder."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from animot.boxes import xyxy_to_xywh
from animot.data.atomic import part_name
from animot.data.labelled import LabelledSequence
from animot.data.made import MadeVideo
from animot.data.made_sequence import MadeSequence
from animot.data.truth import Truth
from animot.errors import InputError

MOST_FRAMES = 999_999  # MOTChallenge's image names have six digits


def write_sequence(
    made: MadeVideo,
    num_frames: int,
    folder: Path | str,
    *,
    overwrite: bool = False,
    on_frame: Callable[[int], None] | None = None,
) -> None:
    """Write the first frames of stream 0 with their ground truth.

    The folder gets img1/000001.png and following (grey images for a grey video), gt/gt.txt and
    seqinfo.ini. They are made beside it and moved there when complete, so that nothing half-written
    is ever found in it.

    Parameters
    ----------
    made : the video.
    num_frames : how many frames, 1 to 999,999.
    folder : its name becomes the name of the sequence.
    overwrite : replace these three in a folder that is not empty, and leave all else in it alone.
    on_frame : called with each 0-based frame as soon as it is written.

    Raises
    ------
    InputError
        where the folder is not empty, or cannot be written.
    """
    check_length(num_frames)
    sequence = MadeSequence(made=made, num_frames=num_frames)
    tracks = sequence.truth
    labelled = LabelledSequence(
        source=sequence, truth=Truth(tracks=tracks, counts=np.ones(len(tracks), dtype=bool))
    )
    grey = made.channels == 1
    write_labelled(labelled, folder, overwrite=overwrite, on_frame=on_frame, grey=grey)


def write_labelled(
    labelled: LabelledSequence,
    folder: Path | str,
    *,
    overwrite: bool = False,
    on_frame: Callable[[int], None] | None = None,
    grey: bool = False,
) -> None:
    """Write a labelled sequence; see `write_sequence`.

    Parameters
    ----------
    labelled : frames and truth, 1 to 999,999 frames.
    grey : whether the three channels of the frames are equal, and one is to be written.
    """
    target = Path(os.path.abspath(folder))
    check_length(labelled.num_frames)
    if target.exists() and not target.is_dir():
        raise InputError(f"{folder} is a file; name a folder to write the sequence to")
    part = part_name(target)
    try:
        if target.exists() and any(target.iterdir()) and not overwrite:
            raise InputError(f"{folder} is not empty; name another folder, or say overwrite")
        (part / "img1").mkdir(parents=True)
        (part / "gt").mkdir()
        _write_images(labelled, part / "img1", on_frame, grey=grey)
        (part / "gt" / "gt.txt").write_text(truth_text(labelled.truth))
        (part / "seqinfo.ini").write_text(seqinfo_text(labelled, target.name))
        _move_into_place(part, target)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written ({error.strerror}); name a folder with room to write in"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def check_length(num_frames: int) -> None:
    """Refuse more frames than a folder can hold, before any is made."""
    if num_frames > MOST_FRAMES:
        raise InputError(f"a folder holds at most {MOST_FRAMES} frames; ask for fewer")


def truth_text(truth: Truth) -> str:
    """MOTChallenge ground truth with 1-based pixels.

    A line is frame,id,left,top,width,height,counts,class,visibility; class and visibility are 1
    where they are not known.
    """
    boxes = xyxy_to_xywh(truth.tracks.box)
    boxes[:, :2] += 1
    ones = np.ones(len(truth), dtype=np.int64)
    columns = [
        truth.tracks.frame + 1,
        truth.tracks.track_id,
        *boxes.T,
        truth.counts.astype(np.int64),
        ones if truth.class_id is None else truth.class_id,
        ones if truth.visibility is None else truth.visibility.round(5),
    ]
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return "".join(
        f"{frame},{track_id},{left:g},{top:g},{width:g},{height:g},{counts},{kind},{visible:g}\n"
        for frame, track_id, left, top, width, height, counts, kind, visible in rows
    )


def seqinfo_text(labelled: LabelledSequence, name: str) -> str:
    """MOTChallenge's description of a sequence folder."""
    return (
        f"[Sequence]\nname={name}\nimDir=img1\nframeRate={labelled.fps:g}\n"
        f"seqLength={labelled.num_frames}\nimWidth={labelled.width}\n"
        f"imHeight={labelled.height}\nimExt=.png\n"
    )


def _write_images(
    labelled: LabelledSequence,
    folder: Path,
    on_frame: Callable[[int], None] | None,
    *,
    grey: bool,
) -> None:
    for frame in labelled.frames():
        path = folder / f"{frame.index + 1:06d}.png"
        image = frame.image[:, :, 0] if grey else frame.image[:, :, ::-1]  # OpenCV wants BGR
        written, png = cv2.imencode(".png", image)
        if not written:
            raise InputError(f"{path.name} cannot be encoded; choose a smaller frame size")
        path.write_bytes(png.tobytes())
        if on_frame is not None:
            on_frame(frame.index)


def _move_into_place(part: Path, target: Path) -> None:
    if not target.exists():
        part.rename(target)
        return
    for new in sorted(part.iterdir()):
        old = target / new.name
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
        new.rename(old)
