"""The empty scene of a whole video, by a named model."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int, UInt8

from animot.errors import InputError
from animot.video.background.exposure import match_exposure
from animot.video.background.imbs import Imbs
from animot.video.background.model import BackgroundModel
from animot.video.background.mog2 import MixtureOfGaussians
from animot.video.background.temporal_median import temporal_median
from animot.video.background.temporal_mode import still_pixels, temporal_mode

MODE, MEDIAN = "mode", "median"
CAUSAL: dict[str, Callable[[], BackgroundModel]] = {"mog2": MixtureOfGaussians, "imbs": Imbs}
# Frames of which the mode or the median is taken.
SAMPLED_FRAMES = 100
# Seconds in which whoever walks has moved, and whoever stands has not.
MOMENT = 0.2


def check_name(name: str) -> None:
    """InputError for a model that there is not."""
    names = (MODE, MEDIAN, *CAUSAL)
    if name not in names:
        raise InputError(f"there is no background model {name}; give {', '.join(names)}")


def find_background(
    name: str,
    frames: UInt8[np.ndarray, "N H W D"],
    time: Float[np.ndarray, " N"],
    *,
    match_light: bool,
) -> UInt8[np.ndarray, "H W D"]:
    """What the camera sees where no object is.

    Parameters
    ----------
    name : "mode" or "median" of frames spread over all of them, or what "mog2" or "imbs" say
        after the last.
    time : seconds of each frame.
    match_light : whether jumps of exposure are undone first.
    """
    if name in CAUSAL:
        return _after_all(CAUSAL[name](), frames, time, match_light=match_light)
    sampled = spread(len(frames))
    sample = np.asarray(frames[sampled])
    if name == MODE:
        still = [
            still_pixels(frame, _a_moment_away(frames, time, int(index)))
            for index, frame in zip(sampled, sample, strict=True)
        ]
        return temporal_mode(sample, np.stack(still), match_light=match_light)
    median = temporal_median(sample)
    if not match_light:
        return median
    return temporal_median(np.stack([match_exposure(frame, median) for frame in sample]))


def spread(count: int) -> Int[np.ndarray, " n"]:
    """Positions of at most `SAMPLED_FRAMES` frames, evenly spread over all."""
    return np.linspace(0, count - 1, min(count, SAMPLED_FRAMES)).astype(np.int64)


def _a_moment_away(
    frames: UInt8[np.ndarray, "N H W D"], time: Float[np.ndarray, " N"], index: int
) -> list[UInt8[np.ndarray, "H W D"]]:
    """Frames a moment before and after one, as far as there are any."""
    before = np.searchsorted(time, time[index] - MOMENT, side="right") - 1
    after = np.searchsorted(time, time[index] + MOMENT)
    return [np.asarray(frames[n]) for n in (before, after) if 0 <= n < len(frames)]


def _after_all(
    model: BackgroundModel,
    frames: UInt8[np.ndarray, "N H W D"],
    time: Float[np.ndarray, " N"],
    *,
    match_light: bool,
) -> UInt8[np.ndarray, "H W D"]:
    picture = np.asarray(frames[0])
    model.start(picture, float(time[0]))
    for frame, seconds in zip(frames[1:], time[1:].tolist(), strict=True):
        image = match_exposure(frame, picture) if match_light else frame
        picture = model.update(np.asarray(image), seconds)
    return picture
