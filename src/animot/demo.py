"""The demo: a made video with ground truth, tracked with shipped weights, scored and drawn."""

from collections.abc import Callable
from pathlib import Path

from animot.data.made_folder import write_sequence
from animot.data.sprites_mot import SpritesMOT
from animot.metrics.files import Evaluation, evaluate_files
from animot.tracker import Frame
from animot.tracking import track
from animot.tracks import FrameTracks

MODEL = "sprites"
# Unlike any seed that a model of ours has learned from or been chosen by.
SEED = 2019
NUM_FRAMES = 300


def demo(
    out: str | Path,
    *,
    overwrite: bool = False,
    on_frame: Callable[[Frame, FrameTracks], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> Evaluation:
    """Make `out`/video, track it into `out`/tracks, and score the tracks.

    Raises
    ------
    InputError : where the folder is not empty or cannot be written.
    """
    made, tracked = Path(out) / "video", Path(out) / "tracks"
    write_sequence(SpritesMOT(SEED), NUM_FRAMES, made, overwrite=overwrite)
    track(made, MODEL, tracked, overwrite=overwrite, on_frame=on_frame, say=say)
    return evaluate_files(tracked / "tracks.txt", made)
