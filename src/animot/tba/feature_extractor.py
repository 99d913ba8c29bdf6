"""NN_feat: a fully convolutional network whose cells see a local region of the frame."""

from functools import lru_cache
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

from animot.tba.config import ConvLayer, TBAConfig
from animot.tba.start_weights import start_before_relu


class FeatureExtractor(nn.Module):
    """Features of a frame, one vector per cell.

    He et al. (2019) Eq. (1).
    """

    def __init__(self, config: TBAConfig) -> None:
        super().__init__()
        channels = [config.input_channels, *(layer.channels for layer in config.layers)]
        blocks, size = [], config.frame_size
        for (before, _), layer in zip(pairwise(channels), config.layers, strict=True):
            blocks.append(_block(before, layer, layer.convolved(size)))
            size = layer.size_after(size)
        if config.normalize_features:
            blocks[-1] = nn.Sequential(blocks[-1][0])  # no ReLU: the normalisation takes its place
        self.layers = nn.Sequential(*blocks)
        self.norm = nn.LayerNorm(channels[-1]) if config.normalize_features else nn.Identity()
        self.background_difference = config.background_difference

    def forward(
        self, frames: Float[Tensor, "B D H W"], background: Float[Tensor, "B D H W"]
    ) -> Float[Tensor, "B M N S"]:
        """Features of frames in [0, 1]; the background is used only as a named departure."""
        seen = [frames, coordinate_channels(frames)]
        if self.background_difference:
            seen.append(frames - background)
        # Weights may be kept in low precision. Converted before it is put together, there is less
        # to move.
        dtype = next(self.layers.parameters()).dtype
        stacked = torch.cat([part.to(dtype) for part in seen], dim=1)
        features = self.layers(stacked.contiguous(memory_format=torch.channels_last))
        return self.norm(features.permute(0, 2, 3, 1)).to(frames.dtype)


def _block(input_channels: int, layer: ConvLayer, convolved: tuple[int, int]) -> nn.Sequential:
    convolution = nn.Conv2d(
        input_channels, layer.channels, layer.kernel, layer.stride, layer.padding
    )
    start_before_relu(convolution)
    pools = [] if layer.map_size is None else [pooling(convolved, layer.map_size)]
    return nn.Sequential(convolution, *pools, nn.ReLU())


def pooling(size: tuple[int, int], map_size: tuple[int, int]) -> nn.Module:
    """Adaptive max-pooling from one (height, width) to another.

    Where it cuts the map into equal tiles, plain pooling does just the same, in less time.
    """
    (height, width), (M, N) = size, map_size
    if height % M or width % N:
        return nn.AdaptiveMaxPool2d(map_size)
    return nn.MaxPool2d((height // M, width // N))


def coordinate_channels(frames: Float[Tensor, "B D H W"]) -> Float[Tensor, "B 2 H W"]:
    """Horizontal and vertical place of each pixel, from -1 to 1 (Sec. 3.1)."""
    B, _, H, W = frames.shape
    return _coordinates(H, W, frames.device, frames.dtype).expand(B, 2, H, W)


@lru_cache(maxsize=16)
def _coordinates(
    H: int, W: int, device: torch.device, dtype: torch.dtype
) -> Float[Tensor, "2 H W"]:
    with torch.inference_mode(False):  # else it could never take part in learning
        x = torch.linspace(-1, 1, W, device=device, dtype=dtype)
        y = torch.linspace(-1, 1, H, device=device, dtype=dtype)
        return torch.stack([x.expand(H, W), y[:, None].expand(H, W)])
