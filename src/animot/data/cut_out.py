"""What moves in a clip, cut out to be shown over another."""

from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, UInt8

from animot.video.foreground import foreground


@runtime_checkable
class CutOut(Protocol):
    """Pixels that show what moves."""

    def __call__(
        self, frames: UInt8[np.ndarray, "n T H W D"], background: UInt8[np.ndarray, "n H W D"]
    ) -> Bool[np.ndarray, "n T H W"]:
        """Of clips and what each of them shows where no object is."""
        ...


def all_that_differs(
    frames: UInt8[np.ndarray, "n T H W D"], background: UInt8[np.ndarray, "n H W D"]
) -> Bool[np.ndarray, "n T H W"]:
    """Every pixel that is not as in the background, which is free of noise: made video."""
    return np.asarray((frames != background[:, None]).any(axis=-1))


def whole_things(
    frames: UInt8[np.ndarray, "n T H W D"], background: UInt8[np.ndarray, "n H W D"]
) -> Bool[np.ndarray, "n T H W"]:
    """Things with all that lies inside of their outlines, see `foreground`: real video.

    Where single pixels decide, clothes as grey as the street have holes, through which the things
    of the other clip show.
    """
    return np.stack(
        [
            np.stack([foreground(frame, behind) for frame in clip])
            for clip, behind in zip(frames, background, strict=True)
        ]
    )
