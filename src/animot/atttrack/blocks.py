"""Convolutions with batch normalisation, and the two residual blocks made of them.

Parameters are named as in the published ImageNet weights.
"""

from jaxtyping import Float
from torch import Tensor, nn


def conv(channels: int, out: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    """Convolution that keeps the size, or divides it by the stride; the bias is the norm's.

    It starts with He's normal weights, so that signals keep their size.
    """
    convolution = nn.Conv2d(channels, out, kernel, stride, padding=kernel // 2, bias=False)
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    return convolution


def conv_norm(channels: int, out: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """Convolution and batch normalisation."""
    return nn.Sequential(conv(channels, out, kernel, stride), nn.BatchNorm2d(out))


def conv_norm_relu(channels: int, out: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """Convolution, batch normalisation, ReLU."""
    return nn.Sequential(*conv_norm(channels, out, kernel, stride), nn.ReLU(inplace=True))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut (He et al., 2016).

    Parameters
    ----------
    channels, out : of input and output; where they differ, the caller gives the shortcut.
    stride : of the first convolution.
    """

    def __init__(self, channels: int, out: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = conv(channels, out, 3, stride)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = conv(out, out, 3)
        self.bn2 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)

    def forward(
        self, x: Float[Tensor, "B c h w"], shortcut: Float[Tensor, "B d i j"] | None = None
    ) -> Float[Tensor, "B d i j"]:
        """Residual, added to the shortcut; None: to the input itself."""
        residual = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(residual + (x if shortcut is None else shortcut))


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolution beside a shortcut; gives four times the inner channels.

    Parameters
    ----------
    channels : of the input.
    inner : channels of the 3x3 convolution.
    """

    EXPANSION = 4

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        out = self.EXPANSION * inner
        self.conv1 = conv(channels, inner, 1)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = conv(inner, inner, 3)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = conv(inner, out, 1)
        self.bn3 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = nn.Identity() if channels == out else conv_norm(channels, out, 1)

    def forward(self, x: Float[Tensor, "B c h w"]) -> Float[Tensor, "B d h w"]:
        """Residual, added to the input or to its projection."""
        residual = self.relu(self.bn1(self.conv1(x)))
        residual = self.relu(self.bn2(self.conv2(residual)))
        return self.relu(self.bn3(self.conv3(residual)) + self.downsample(x))
