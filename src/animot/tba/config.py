"""What a Tracking-by-Animation model is made of: sizes, mechanisms and named departures."""

from dataclasses import dataclass
from typing import Any

from animot.errors import InputError


@dataclass(frozen=True, kw_only=True)
class ConvLayer:
    """One layer of the feature extractor: convolution, adaptive max-pooling, ReLU.

    Attributes
    ----------
    channels : output channels.
    kernel : height and width of the kernel, in pixels of its input.
    stride : of the convolution, in both directions.
    map_size : height and width that adaptive max-pooling makes; None: no pooling.
    """

    channels: int
    kernel: tuple[int, int]
    stride: int = 1
    map_size: tuple[int, int] | None = None

    @property
    def padding(self) -> tuple[int, int]:
        """Zeros on each side: none where kernels cut the map into tiles, else to keep its size."""
        tiles = self.stride >= max(self.kernel)
        return (0, 0) if tiles else (self.kernel[0] // 2, self.kernel[1] // 2)

    def size_after(self, size: tuple[int, int]) -> tuple[int, int]:
        """Height and width of the map that it makes of a map of such a size."""
        if self.map_size is not None:
            return self.map_size
        height, width = (
            (length + 2 * padding - kernel) // self.stride + 1
            for length, padding, kernel in zip(size, self.padding, self.kernel, strict=True)
        )
        return height, width


@dataclass(frozen=True, kw_only=True)
class AttentionPriors:
    """Terms added to the attention logits, and what they need. None of them is in the paper.

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
    motion: float = 0.8
    velocity_kept: float = 0.6
    window: int = 3

    def __post_init__(self) -> None:
        """Refuse a window without a middle."""
        if self.window % 2 == 0:
            raise InputError(f"an attention window of {self.window} cells has no middle; use 3")


@dataclass(frozen=True, kw_only=True)
class TBAConfig:
    """A Tracking-by-Animation model; the letters are those of He et al. (2019), Table 3.

    Attributes
    ----------
    frame_size : H and W, working size in pixels.
    frame_channels : D.
    layers : of the feature extractor; the last one gives S, the feature size.
    patch_size : U and V, height and width of the mask and the appearance in pixels.
    state_size : R.
    hidden_size : of the last hidden layer of NN_out.
    num_trackers : I.
    num_layers : K, image layers that hide each other.
    scale_range : eta_x and eta_y.
    fixed_scale : the box is always the size of the patch (MNIST-MOT).
    fixed_mask : the mask is 1 everywhere (MNIST-MOT).
    clamp_reconstruction : clamp the reconstruction to [0, 1] (MNIST-MOT).
    adaptive_computation : end the loop over trackers early (Sec. 3.4; off: TBAc).
    attention : off: the memory is one cell with all features (noAtt).
    memory_write : off: trackers cannot message each other (noMem).
    reprioritize : off: trackers take their turn by index (noRep).
    tightness_weight : lambda of Eq. 9.

    Departures, each listed in docs/departures.md:

    priors : terms on the attention logits, or None.
    anchor_reach : None: the shift is free, as published. A number: the shift is where the
        attention lies, plus at most this many cells.
    background_difference : the extractor also sees the frame minus its background.
    normalize_features : features are normalised instead of cut off at zero.
    premultiply : mask and appearance are multiplied before they are resampled, not after.
    presence_weight : cost of confidence times area, summed over trackers.
    warm_up_steps : learning steps in which outputs are moved towards what is sure to draw.
    """

    frame_size: tuple[int, int]
    frame_channels: int
    layers: tuple[ConvLayer, ...]
    patch_size: tuple[int, int]
    state_size: int
    hidden_size: int
    num_trackers: int
    num_layers: int
    scale_range: tuple[float, float]
    fixed_scale: bool = False
    fixed_mask: bool = False
    clamp_reconstruction: bool = False

    adaptive_computation: bool = True
    attention: bool = True
    memory_write: bool = True
    reprioritize: bool = True
    tightness_weight: float = 1.0

    priors: AttentionPriors | None = None
    anchor_reach: float | None = None
    background_difference: bool = False
    normalize_features: bool = False
    premultiply: bool = False
    presence_weight: float = 0.0
    warm_up_steps: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be built, and say what to write instead."""
        if self.num_trackers < 1 or self.num_layers < 1:
            raise InputError("a model needs at least one tracker and one layer")
        if self.priors is not None and not self.attention:
            raise InputError("priors act on the attention; use attention=True or priors=None")
        if self.anchor_reach is not None and not self.attention:
            raise InputError("an anchored pose needs attention=True, or use anchor_reach=None")

    @property
    def memory_size(self) -> tuple[int, int, int]:
        """M, N and S; without attention, one cell that holds everything."""
        size = self.frame_size
        for layer in self.layers:
            size = layer.size_after(size)
        M, N, S = *size, self.layers[-1].channels
        return (M, N, S) if self.attention else (1, 1, M * N * S)

    @property
    def input_channels(self) -> int:
        """Channels the extractor sees: the frame, two coordinates, maybe the difference."""
        return self.frame_channels * (2 if self.background_difference else 1) + 2

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "TBAConfig":
        """Back from what `dataclasses.asdict` gave, also when it went through JSON.

        Raises
        ------
        TypeError, KeyError, ValueError : where the values are not those of a configuration.
        """
        layers = tuple(
            ConvLayer(**{**layer, "kernel": tuple(layer["kernel"]), "map_size": _pair(layer)})
            for layer in values["layers"]
        )
        priors = None if values["priors"] is None else AttentionPriors(**values["priors"])
        pairs = {name: tuple(values[name]) for name in ("frame_size", "patch_size", "scale_range")}
        return cls(**{**values, **pairs, "layers": layers, "priors": priors})


def _pair(layer: dict[str, Any]) -> tuple[int, int] | None:
    return None if layer["map_size"] is None else tuple(layer["map_size"])
