"""What every background model offers: the empty scene, frame by frame, from the past alone."""

from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, UInt8


@runtime_checkable
class BackgroundModel(Protocol):
    """A causal model of what a fixed camera sees where no object is."""

    def start(self, image: UInt8[np.ndarray, "H W D"], time: float) -> None:
        """Forget everything, and begin with a picture: the first frame, or a known background."""
        ...

    def update(
        self,
        image: UInt8[np.ndarray, "H W D"],
        time: float,
        held: Bool[np.ndarray, "H W"] | None = None,
    ) -> UInt8[np.ndarray, "H W D"]:
        """Background after a frame.

        Parameters
        ----------
        image : in the light of the background, see `match_exposure`.
        time : seconds, never decreasing; speeds are per second, whatever the frame rate.
        held : pixels that trackers hold; nothing is learned from them.
        """
        ...
