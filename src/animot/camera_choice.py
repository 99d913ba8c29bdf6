"""Which of the views that a model remembers a video shows."""

from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np
from jaxtyping import UInt8

from animot.data.sequence import Sequence
from animot.saved import Camera, Model
from animot.tba.pixels import to_working_size
from animot.tracker import Frame
from animot.video.background.temporal_median import background, temporal_median
from animot.video.pixels import resize

# A pixel that differs by more than this from the remembered background shows something else.
PIXEL_DIFFERS = 25
# More such pixels than this part of the view, and it is another view.
ANOTHER_CAMERA = 0.3
SAMPLED_FRAMES = 50

LIVE_SECONDS = 10.0
"""How long a live view that is not known is watched before tracking begins."""


def choose_camera(
    sequence: Sequence, model: Model, say: Callable[[str], None] | None = None
) -> Camera:
    """The remembered view that the sequence shows, or a new one made from the sequence."""
    median = background(sequence, model.network.config.frame_size, SAMPLED_FRAMES)
    seen = _as_model_sees(median, model)
    nearest, differs = _nearest(seen, model)
    if differs <= ANOTHER_CAMERA:
        return nearest
    if say is not None:
        say(
            f"{sequence.name}: another camera than the model has learned from "
            f"({100 * differs:.0f} % of the view differs); made a background for it"
        )
    return Camera(background=seen)


def choose_live_camera(
    frames: Iterator[Frame], model: Model, say: Callable[[str], None] | None = None
) -> tuple[Camera, Iterator[Frame]]:
    """The remembered view that the first frame shows, or a new one made from the first seconds.

    Returns
    -------
    The camera, and the frames to track: all of a known view, and for a new one those that come
    after its background has been made.
    """
    first = next(frames, None)
    if first is None:  # stopped before anything came
        return model.cameras[0], frames
    nearest, differs = _nearest(_as_model_sees(first.image, model), model)
    if differs <= ANOTHER_CAMERA:
        return nearest, chain([first], frames)
    if say is not None:
        say(
            "another camera than the model has learned from "
            f"({100 * differs:.0f} % of the view differs); watching it for "
            f"{LIVE_SECONDS:.0f} s to make a background"
        )
    background = _live_background(first, frames, model.network.config.frame_size)
    return Camera(background=_as_model_sees(background, model)), frames


def _live_background(
    first: Frame, frames: Iterator[Frame], size: tuple[int, int]
) -> UInt8[np.ndarray, "height width 3"]:
    """Temporal median of frames spread evenly over `LIVE_SECONDS`."""
    sample = [resize(first.image, size)]
    for frame in frames:
        seconds = frame.time - first.time
        if seconds >= LIVE_SECONDS * len(sample) / SAMPLED_FRAMES:
            sample.append(resize(frame.image, size))
        if len(sample) == SAMPLED_FRAMES or seconds >= LIVE_SECONDS:
            break
    return temporal_median(np.stack(sample))


def _as_model_sees(image: UInt8[np.ndarray, "H W 3"], model: Model) -> UInt8[np.ndarray, "h w D"]:
    config = model.network.config
    return to_working_size(image, config.frame_size, config.frame_channels)


def _nearest(seen: UInt8[np.ndarray, "H W D"], model: Model) -> tuple[Camera, float]:
    differences = [difference(camera.background, seen) for camera in model.cameras]
    nearest = int(np.argmin(differences))
    return model.cameras[nearest], differences[nearest]


def difference(a: UInt8[np.ndarray, "H W D"], b: UInt8[np.ndarray, "H W D"]) -> float:
    """Part of the pixels in which two backgrounds differ, from 0 to 1."""
    distance = np.abs(a.astype(np.int16) - b.astype(np.int16)).max(axis=2)
    return float((distance > PIXEL_DIFFERS).mean())
