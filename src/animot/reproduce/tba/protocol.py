"""How models are scored: as published, on one long sequence that none of them has seen."""

from collections.abc import Callable

from animot.data.made import MadeVideo
from animot.data.made_sequence import MadeSequence
from animot.data.split import TEST_STREAM
from animot.metrics import evaluate
from animot.saved import Model
from animot.tracker import Frame, track
from animot.tracks import FrameTracks

TEST_FRAMES = 10_000


def score(
    model: Model,
    made: MadeVideo,
    frames: int = TEST_FRAMES,
    on_frame: Callable[[Frame, FrameTracks], None] | None = None,
) -> dict[str, float]:
    """Scores at IoU 0.5 under TrackEval's names: one continuous sequence, state carried through.

    Parameters
    ----------
    model : learned.
    made : video; its test stream is shown.
    frames : how many, from the first on.
    on_frame : called with each frame and its objects.
    """
    sequence = MadeSequence(made=made, stream=TEST_STREAM, num_frames=frames)
    found = track(model.tracker(model.cameras[0]), sequence.frames(), on_frame)
    scores = evaluate(found, sequence.truth).as_dict()
    return {name: float(value) for name, value in scores.items() if "/" not in name}


def protocol_of(made: MadeVideo, frames: int = TEST_FRAMES) -> str:
    """The same in words, to be kept with the scores."""
    return f"{frames} frames of stream {TEST_STREAM}, seed {made.seed}, IoU 0.5"
