"""A one-shot tracker's network: image to features, features to heads.

The two halves are called apart, so that features of another network can be added between them.
"""

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from animot.atttrack.config import DLAConfig, HRNetConfig, NetworkConfig, check_frame_size
from animot.atttrack.dla import DLA
from animot.atttrack.dla_neck import MergingNeck
from animot.atttrack.heads import HeadMaps, Heads
from animot.atttrack.hrnet import HRNet
from animot.atttrack.neck import ConcatenatingNeck


class OneShotNetwork(nn.Module):
    """Backbone, neck and heads.

    Parameters
    ----------
    config : sizes.

    Attributes
    ----------
    widths : channels of the backbone's stages.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = _backbone(config.backbone)
        self.widths = self.backbone.widths
        self.neck = _neck(self.backbone, config.feature_size)
        self.heads = Heads(config.feature_size, config.head_size, config.embedding_size)
        # Convolutions of few channels are a quarter faster so.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def stages(self, images: UInt8[Tensor, "B 3 H W"]) -> list[Tensor]:
        """Maps of the backbone at strides 4, 8, 16 and 32; see `features` for the rest."""
        check_frame_size(*images.shape[-2:])
        dtype = next(self.parameters()).dtype
        pixels = images.to(dtype, memory_format=torch.channels_last) / 255
        return self.backbone(pixels)

    def features(self, images: UInt8[Tensor, "B 3 H W"]) -> Float[Tensor, "B C h w"]:
        """What the heads read, of stride 4 and at least 0.

        Raises
        ------
        InputError : where height or width are no multiples of 32.
        """
        return self.neck(self.stages(images))

    def forward(self, images: UInt8[Tensor, "B 3 H W"]) -> HeadMaps:
        """All at once, without transfer."""
        return self.heads(self.features(images))


def _backbone(config: HRNetConfig | DLAConfig) -> HRNet | DLA:
    return HRNet(config) if isinstance(config, HRNetConfig) else DLA(config)


def _neck(backbone: HRNet | DLA, out: int) -> nn.Module:
    if isinstance(backbone, HRNet):
        return ConcatenatingNeck(backbone.widths, out)
    return MergingNeck(backbone.widths, out)
