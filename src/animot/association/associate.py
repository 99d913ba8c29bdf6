"""associate: from the detections of a sequence to its tracks."""

from animot.association.associator import DEFAULT, Associator
from animot.association.config import AssociationConfig
from animot.detections import Detections
from animot.errors import InputError
from animot.tracks import FrameTracks, Tracks, stack

DEFAULT_FPS = 30.0


def associate(
    detections: Detections, *, fps: float = DEFAULT_FPS, config: AssociationConfig = DEFAULT
) -> Tracks:
    """Give the detections of any detector identities, frame by frame, without looking ahead.

    Boxes are those of the tracks' motion filters: smoother than the detector's, and for a moment
    there also where the detector misses.

    Parameters
    ----------
    detections : of one sequence; with embeddings, where there are any.
    fps : frames per second, above 0; not used where the detections have times.
    config : thresholds and times.

    Raises
    ------
    InputError : for a frame rate that is none.
    """
    if not 0 < fps < float("inf"):
        raise InputError(f"{fps:g} frames per second are no frame rate; give a number above 0")
    known = detections.time
    times = [n / fps for n in range(detections.num_frames)] if known is None else known.tolist()
    size = 0 if detections.embedding is None else detections.embedding.shape[1]
    associator = Associator(config, embedding_size=size)
    state = associator.start()
    seen: list[FrameTracks] = []
    for frame, time in zip(detections.frames(), times, strict=True):
        state, objects = associator.step(state, frame, time)
        seen.append(objects)
    return stack(seen, times)
