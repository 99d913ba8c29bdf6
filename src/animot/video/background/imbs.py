"""Independent multimodal background subtraction, the model that the paper used.

Bloisi and Iocchi (2012). Every pixel collects samples of its colour in bins; bins that were met
often enough become its modes, and the one met most is the background.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int, UInt8

from animot.video.background.imbs_bins import Bins, add_sample, modes_of, no_bins
from animot.video.background.imbs_foreground import foreground

# More of the frame than this is foreground: the light has changed, learn faster.
SUDDEN_CHANGE = 0.5


@dataclass(frozen=True, kw_only=True)
class ImbsConfig:
    """Numbers of the publication.

    Attributes
    ----------
    sampling_period : seconds between samples.
    num_samples : that make a model.
    max_bins : colours that a pixel remembers; ours, the publication has no limit.
    """

    sampling_period: float = 0.4
    num_samples: int = 30
    max_bins: int = 5

    @property
    def persistence(self) -> int:
        """Samples in a row after which foreground is background: a parked car."""
        return self.num_samples // 3


class Imbs:
    """See `BackgroundModel`.

    Between samples nothing is done; foreground is looked for when a sample is taken.
    """

    def __init__(self, config: ImbsConfig | None = None) -> None:
        self.config = config or ImbsConfig()

    def start(self, image: UInt8[np.ndarray, "H W D"], time: float) -> None:
        """See `BackgroundModel`."""
        self._picture = image
        self._modes: Bins | None = None
        self._since: Int[np.ndarray, "H W"] = np.zeros(image.shape[:2], dtype=np.int64)
        self._begin(image)
        self._sampled = -np.inf
        self.update(image, time)

    def update(
        self,
        image: UInt8[np.ndarray, "H W D"],
        time: float,
        held: Bool[np.ndarray, "H W"] | None = None,
    ) -> UInt8[np.ndarray, "H W D"]:
        """See `BackgroundModel`."""
        period = self.config.sampling_period / (2 if self._hurry else 1)
        # A little early is in time, so that rounded time stamps do not cost a frame.
        if time - self._sampled >= period - 1e-6:
            self._sampled = time
            self._sample(image, np.zeros(image.shape[:2], dtype=bool) if held is None else held)
        return self._picture

    def _begin(self, image: UInt8[np.ndarray, "H W D"]) -> None:
        self._bins = no_bins(image.shape, self.config.max_bins)
        self._count = 0
        self._hurry = False

    def _sample(self, image: UInt8[np.ndarray, "H W D"], held: Bool[np.ndarray, "H W"]) -> None:
        moving = np.zeros(image.shape[:2], dtype=bool)
        if self._modes is not None:
            moving = foreground(image, self._modes) & ~held
            self._hurry |= bool(moving.mean() > SUDDEN_CHANGE)
            self._since = np.where(moving, self._since + 1, 0)
            moving &= self._since < self.config.persistence
        add_sample(self._bins, image.astype(np.float32), moving, ~held)
        self._count += 1
        if self._count >= self.config.num_samples // (3 if self._hurry else 1):
            self._modes, self._picture = modes_of(self._bins, self._modes, self._picture)
            self._begin(image)
