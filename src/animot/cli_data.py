"""The part of the command line that makes video with ground truth."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

data = App(
    name="data", help="Make video with ground truth.\n\nExample: animot data sprites -o made/"
)

Out = Annotated[Path, Parameter(name=["--out", "-o"])]


@data.command
def sprites(
    *,
    out: Out,
    frames: int = 1000,
    seed: int = 0,
    objects: int = 3,
    overwrite: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Make a Sprites-MOT sequence: images and ground truth, as MOTChallenge has them.

    Example: animot data sprites --frames 1000 --seed 7 -o made/

    Parameters
    ----------
    out
        Folder of the sequence.
    frames
        Number of frames.
    seed
        Another seed is another video.
    objects
        Most objects at a time.
    overwrite
        Replace a sequence that is already there.
    """
    from animot.data.made_folder import write_sequence
    from animot.data.sprites_mot import SpritesMOT

    write_sequence(SpritesMOT(seed, objects), frames, out, overwrite=overwrite)
    print(f"{out}: {frames} frames with ground truth in gt/gt.txt")


@data.command
def mnist(
    *,
    out: Out,
    frames: int = 1000,
    seed: int = 0,
    objects: int = 3,
    split: Literal["train", "test", "pooled"] = "test",
    digits: Path | None = None,
    overwrite: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Make an MNIST-MOT sequence: grey images and ground truth, as MOTChallenge has them.

    Example: animot data mnist --frames 1000 --seed 7 -o made/

    Parameters
    ----------
    out
        Folder of the sequence.
    frames
        Number of frames.
    seed
        Another seed is another video.
    objects
        Most objects at a time.
    split
        Digits to draw; those of `animot learn mnist` are train.
    digits
        Folder of the MNIST files; mnist in $ANIMOT_DATA if not given.
    overwrite
        Replace a sequence that is already there.
    """
    from animot.data.digits import load_digits
    from animot.data.made_folder import write_sequence
    from animot.data.mnist_mot import MnistMOT

    made = MnistMOT(seed, load_digits(digits, split), objects)
    write_sequence(made, frames, out, overwrite=overwrite)
    print(f"{out}: {frames} frames with ground truth in gt/gt.txt")


@data.command
def crowd(
    *,
    out: Out,
    frames: int = 1000,
    seed: int = 0,
    overwrite: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Make a sequence of walking people who hide one another, as MOTChallenge has them.

    Example: animot data crowd --frames 1000 --seed 7 -o made/

    Parameters
    ----------
    out
        Folder of the sequence.
    frames
        Number of frames.
    seed
        Another seed is another video.
    overwrite
        Replace a sequence that is already there.
    """
    from animot.data.crowd import CrowdVideo
    from animot.data.crowd_sequence import labelled_crowd
    from animot.data.made_folder import check_length, write_labelled
    from animot.data.split import TEST_STREAM

    check_length(frames)
    made = labelled_crowd(CrowdVideo(seed), TEST_STREAM, frames)
    write_labelled(made, out, overwrite=overwrite)
    print(f"{out}: {frames} frames with ground truth in gt/gt.txt")
