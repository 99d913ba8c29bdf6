"""What a Tracking-by-Animation model is made of: sizes, mechanisms and named departures."""

from dataclasses import dataclass

from animot.association.config import AssociationConfig
from animot.errors import InputError
from animot.tba.departures import (
    NO_LIMITS,
    AspectRange,
    AttentionPriors,
    GradientLimits,
    Persistence,
)


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
        return self.convolved(size) if self.map_size is None else self.map_size

    def convolved(self, size: tuple[int, int]) -> tuple[int, int]:
        """The same before it is pooled."""
        height, width = (
            (length + 2 * padding - kernel) // self.stride + 1
            for length, padding, kernel in zip(size, self.padding, self.kernel, strict=True)
        )
        return height, width


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

    Departures of ours, each listed in docs/departures.md:

    priors : terms on the attention logits, or None.
    persistence : objects out of sight are waited for, or None: they are given up at once.
    anchor_reach : None: the shift is free, as published. A number: the shift is where the
        attention lies, plus at most this many cells.
    background_difference : the extractor also sees the frame minus its background.
    normalize_features : features are normalised instead of cut off at zero.
    premultiply : mask and appearance are multiplied before they are resampled, not after.
    presence_weight : cost of confidence times area, summed over trackers.
    opaque_weight : cost of the squared error of what sure trackers would draw in place of those
        that hold something.
    constancy_weight : cost of changes in what a confident tracker draws, squared and summed.
    warm_up_steps : learning steps in which outputs are moved towards what is sure to draw.
    box_edge : reported boxes end where the contrast of what is drawn falls below this part of its
        maximum; None: where the patch ends.
    seen_extent : reported boxes end, above and below, where the foreground does.
    perspective : reported boxes have the heights that objects should have where they stand, where
        the boxes seen so far agree on it.
    association : how identities are carried on where a tracker loses its object, or another one
        takes it; None: one unbroken run of one tracker is one identity.
    living_background : frames are given the light of the background, and while tracking the
        background takes up what stays.

    Departures of the authors' program, listed there too:

    tanh_confidence : the confidence is |tanh|, not a sigmoid.
    report_at_half : an object is a confidence of 0.5 or more, not above 0.5.
    rounded_priority : trackers take their turn by rounded confidence, then by index.
    mask_afterwards : all trackers run and write; adaptive computation masks what they did.
    aspect : boxes by size and aspect ratio; replaces scale_range. Or None.
    shift_margin : the shift covers the frame less this part of the patch.
    reverse_shift : positive shifts are to the left and up.
    unused_outputs : NN_out has outputs for a fixed mask and a single layer, too.
    gradient_limits : longest gradients inside the model.
    entropy_weight : cost of a confidence's entropy in nats, summed over trackers.
    appearance_weight : cost of what appearances lack of the least, summed over trackers.
    least_appearance : sum over channels and pixels that a tracker's appearance shall have.
    difference_weight : cost of the squared error of |reconstruction - background|.
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
    persistence: Persistence | None = None
    anchor_reach: float | None = None
    background_difference: bool = False
    normalize_features: bool = False
    premultiply: bool = False
    presence_weight: float = 0.0
    opaque_weight: float = 0.0
    constancy_weight: float = 0.0
    warm_up_steps: int = 0
    box_edge: float | None = None
    seen_extent: bool = False
    perspective: bool = False
    association: AssociationConfig | None = None
    living_background: bool = False

    tanh_confidence: bool = False
    report_at_half: bool = False
    rounded_priority: bool = False
    mask_afterwards: bool = False
    aspect: AspectRange | None = None
    shift_margin: float = 0.0
    reverse_shift: bool = False
    unused_outputs: bool = False
    gradient_limits: GradientLimits = NO_LIMITS
    entropy_weight: float = 0.0
    appearance_weight: float = 0.0
    least_appearance: float = 0.0
    difference_weight: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be built, and say what to write instead."""
        if self.num_trackers < 1 or self.num_layers < 1:
            raise InputError("a model needs at least one tracker and one layer")
        if self.priors is not None and not self.attention:
            raise InputError("priors act on the attention; use attention=True or priors=None")
        if self.persistence is not None and self.priors is None:
            raise InputError("persistence needs the priors' motion; use priors or persistence=None")
        if self.anchor_reach is not None and not self.attention:
            raise InputError("an anchored pose needs attention=True, or use anchor_reach=None")

    @property
    def map_size(self) -> tuple[int, int]:
        """Rows and columns of the feature map."""
        size = self.frame_size
        for layer in self.layers:
            size = layer.size_after(size)
        return size

    @property
    def memory_size(self) -> tuple[int, int, int]:
        """M, N and S; without attention, one cell that holds everything."""
        M, N, S = *self.map_size, self.layers[-1].channels
        return (M, N, S) if self.attention else (1, 1, M * N * S)

    @property
    def input_channels(self) -> int:
        """Channels the extractor sees: the frame, two coordinates, maybe the difference."""
        return self.frame_channels * (2 if self.background_difference else 1) + 2
