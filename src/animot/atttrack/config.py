"""What an AttTrack pair is made of: the sizes of its two networks, and the presets."""

from dataclasses import dataclass
from typing import Literal

from animot.errors import InputError

# Every backbone halves its input five times: a frame is a whole number of its coarsest cells.
COARSEST_STRIDE = 32
# Heads, targets and transferred features live on cells of so many pixels.
STRIDE = 4

Source = Literal["features", "heat"]
Support = Literal["gaussian", "cell", "box"]
Sampling = Literal["bilinear", "nearest"]
Motion = Literal["key", "still", "running"]
Fusion = Literal["add", "learned", "convex", "gate"]


@dataclass(frozen=True, kw_only=True)
class HRNetConfig:
    """A high-resolution network (Wang et al., 2020).

    Attributes
    ----------
    stem : channels of the two strided convolutions at the start.
    bottleneck : inner channels of the first stage; it gives four times as many.
    bottlenecks : blocks of the first stage.
    widths : channels of the branches of strides 4, 8, 16 and 32.
    modules : exchange modules in stages 2, 3 and 4.
    blocks : residual blocks in each branch of a module.
    """

    stem: int
    bottleneck: int
    bottlenecks: int
    widths: tuple[int, int, int, int]
    modules: tuple[int, int, int]
    blocks: int


@dataclass(frozen=True, kw_only=True)
class DLAConfig:
    """A deep-layer-aggregation network (Yu et al., 2018) with plain convolutions.

    Attributes
    ----------
    widths : channels of the levels of strides 1, 2, 4, 8, 16 and 32.
    depths : levels of the trees of strides 4, 8, 16 and 32.
    """

    widths: tuple[int, int, int, int, int, int] = (16, 32, 64, 128, 256, 512)
    depths: tuple[int, int, int, int] = (1, 2, 2, 1)


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """A one-shot tracker's network: boxes and embeddings out of one pass (Zhang et al., 2021).

    Attributes
    ----------
    backbone : what sees the image.
    feature_size : C, channels of the features that all heads read, and that are transferred.
    head_size : channels of the hidden layer in each head.
    embedding_size : E.
    """

    backbone: HRNetConfig | DLAConfig
    feature_size: int
    head_size: int
    embedding_size: int


@dataclass(frozen=True, kw_only=True)
class TransferConfig:
    """What goes from key frames to the student, and how; the defaults are our reading of AttTrack.

    Attributes
    ----------
    source : the teacher's "features", which its heads read, or its "heat" map.
    support : where it goes: a "gaussian" around each track's cell, the "cell" or its "box".
    sampling : between cells, "bilinear", or by whole cells, "nearest".
    motion : with each track's velocity at the "key" frame; "still", not at all; or "running", to
        where the tracker expects the track by now, which the truth says in learning.
    fusion : with the student's features F and the carried ones Phi of weight W: "add", F + Phi;
        "learned", F + a Phi; "convex", (1 - W) F + Phi; "gate", F + gate(F, Phi) Phi.
    """

    source: Source = "features"
    support: Support = "gaussian"
    sampling: Sampling = "bilinear"
    motion: Motion = "key"
    fusion: Fusion = "add"


@dataclass(frozen=True, kw_only=True)
class AttTrackConfig:
    """A teacher, a student, and the frames they look at.

    Attributes
    ----------
    frame_size : height and width in pixels to which frames are letterboxed.
    teacher, student : of one `feature_size`, as features are added, one `embedding_size`, as
        embeddings are compared, and one `head_size`, as the student's heads start as the teacher's.
    transfer : from teacher to student.
    """

    frame_size: tuple[int, int]
    teacher: NetworkConfig
    student: NetworkConfig
    transfer: TransferConfig = TransferConfig()

    def __post_init__(self) -> None:
        """Refuse what does not fit together, and say what to write instead."""
        check_frame_size(*self.frame_size)
        for name in ("feature_size", "head_size", "embedding_size"):
            sizes = getattr(self.teacher, name), getattr(self.student, name)
            if sizes[0] != sizes[1]:
                raise InputError(
                    f"the teacher's {name} is {sizes[0]}, the student's {sizes[1]}; "
                    "give both the same"
                )


def check_frame_size(height: int, width: int) -> None:
    """Refuse frames that are no whole number of the backbones' coarsest cells."""
    if min(height, width) < 1 or height % COARSEST_STRIDE or width % COARSEST_STRIDE:
        raise InputError(
            f"frames of {width}x{height} pixels do not fit the network; "
            f"letterbox them to a width and a height that are multiples of {COARSEST_STRIDE}"
        )


HRNET_W18 = HRNetConfig(
    stem=64,
    bottleneck=64,
    bottlenecks=4,
    widths=(18, 36, 72, 144),
    modules=(1, 4, 3),
    blocks=4,
)
HRNET_W18_SMALL = HRNetConfig(
    stem=64,
    bottleneck=32,
    bottlenecks=1,
    widths=(16, 32, 64, 128),
    modules=(1, 1, 1),
    blocks=2,
)
DLA_34 = DLAConfig()
DLA_34_HALF = DLAConfig(widths=(8, 16, 32, 64, 128, 256))

FULL = AttTrackConfig(
    frame_size=(608, 1088),
    teacher=NetworkConfig(backbone=HRNET_W18, feature_size=64, head_size=256, embedding_size=128),
    student=NetworkConfig(
        backbone=HRNET_W18_SMALL, feature_size=64, head_size=256, embedding_size=128
    ),
)
FULL_DLA = AttTrackConfig(
    frame_size=(608, 1088),
    teacher=NetworkConfig(backbone=DLA_34, feature_size=64, head_size=256, embedding_size=128),
    student=NetworkConfig(backbone=DLA_34_HALF, feature_size=64, head_size=256, embedding_size=128),
)
# Processors compute 16 channels at a time: narrower branches would hardly be faster. What these
# sizes take, `benchmarks/atttrack.py` measures.
TINY = AttTrackConfig(
    frame_size=(160, 288),
    teacher=NetworkConfig(
        backbone=HRNetConfig(
            stem=32,
            bottleneck=16,
            bottlenecks=2,
            widths=(16, 32, 48, 64),
            modules=(1, 2, 1),
            blocks=2,
        ),
        feature_size=32,
        head_size=32,
        embedding_size=32,
    ),
    student=NetworkConfig(
        backbone=HRNetConfig(
            stem=16,
            bottleneck=4,
            bottlenecks=1,
            widths=(8, 16, 24, 32),
            modules=(1, 1, 1),
            blocks=1,
        ),
        feature_size=32,
        head_size=32,
        embedding_size=32,
    ),
)
