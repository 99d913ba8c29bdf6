"""Groups of options that leave the paper; `TBAConfig` holds them, docs/departures.md explains."""

from dataclasses import dataclass

from animot.errors import InputError


@dataclass(frozen=True, kw_only=True)
class AttentionPriors:
    """Terms added to the attention logits, and what they need. Ours.

    Attributes
    ----------
    saliency : weight of log(difference to the background), for trackers that hold nothing.
    saliency_kept : what is left of the saliency that a tracker's box covers, for later trackers.
    motion : standard deviation, in cells, of the place where a held object is expected.
    velocity_kept : how much of the old velocity the smoothed velocity keeps each frame.
    window : attention is kept within this many cells (odd) around its maximum.
    """

    saliency: float = 1.5
    saliency_kept: float = 0.03
    motion: float = 0.6
    velocity_kept: float = 0.6
    window: int = 3

    def __post_init__(self) -> None:
        """Refuse a window without a middle."""
        if self.window % 2 == 0:
            raise InputError(f"an attention window of {self.window} cells has no middle; use 3")


@dataclass(frozen=True, kw_only=True)
class Persistence:
    """How long trackers wait for objects that they have lost from sight. Ours.

    Attributes
    ----------
    patience : frames after which an object that is out of sight is given up, above 0.
    hidden_overlap : an object is hidden where the box of a held object covers more than this part
        of the box where it should be.
    hidden_cost : frames of patience that a frame out of sight takes of a hidden object.
    hidden_state : whether a tracker keeps its state while its object is hidden, so that it does not
        forget it over what hides it.
    seen_apart : whether patience is given only to objects whose box is seen while no other held
        box covers more of it than `hidden_overlap`.
    left_share : what comes in where an object should be that would be out of the frame by more
        than this part of its box, on its way out, is another object. 1: it is the same.
    """

    patience: float = 3.0
    hidden_overlap: float = 0.6
    hidden_cost: float = 0.5
    hidden_state: bool = True
    seen_apart: bool = True
    left_share: float = 0.15

    def __post_init__(self) -> None:
        """Refuse what never ends."""
        if self.patience <= 0 or self.hidden_cost <= 0:
            raise InputError("patience and its cost must be above 0; use persistence=None for none")


@dataclass(frozen=True, kw_only=True)
class AspectRange:
    """Boxes by size and aspect ratio in place of two scales. The authors' program.

    The pose is (scale, aspect, shift_x, shift_y), each in [-1, 1]. The box is the patch times
    1 + size_range * scale, its height times, its width divided by sqrt(r), where
    r = ratio + ratio_range * aspect.

    Attributes
    ----------
    size_range : zeta_s.
    ratio, ratio_range : zeta_r, of height to width in units of the patch's.
    """

    size_range: float
    ratio: float
    ratio_range: float

    def __post_init__(self) -> None:
        """Refuse ratios that are not above zero."""
        if self.ratio <= abs(self.ratio_range):
            raise InputError(
                f"an aspect ratio of {self.ratio} +- {self.ratio_range} reaches 0; "
                "use a smaller ratio_range"
            )


@dataclass(frozen=True, kw_only=True)
class GradientLimits:
    """Longest gradient of a sample at places inside the model; None: any. The authors' program.

    Attributes
    ----------
    attention : at W as it reads (Eq. 13), for each tracker on its turn.
    memory : at the memory as the cosine of Eq. 12 sees it, for each tracker on its turn.
    layer : at the probabilities of y^l, for each tracker and frame.
    """

    attention: float | None = None
    memory: float | None = None
    layer: float | None = None


NO_LIMITS = GradientLimits()
