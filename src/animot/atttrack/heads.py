"""The four heads of a one-shot tracker: where objects are, their boxes, and who they are.

Zhang et al., "FairMOT", 2021: a 3x3 convolution, a ReLU and a 1x1 convolution each.
"""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor, nn

# A heat map of about 0.1 everywhere at the start, so that empty cells do not drown the objects.
START_OF_HEAT = -2.19


@dataclass(frozen=True, kw_only=True, eq=False)
class HeadMaps:
    """What the heads say of each cell.

    Attributes
    ----------
    heat : logit of how likely an object's centre lies in the cell.
    ltrb : distances from there to the left, top, right and bottom edge of its box, in cells.
    offset : from the cell's upper left corner to the centre, x and y, in cells.
    embedding : of the object's appearance, of any length.
    """

    heat: Float[Tensor, "B h w"]
    ltrb: Float[Tensor, "B 4 h w"]
    offset: Float[Tensor, "B 2 h w"]
    embedding: Float[Tensor, "B E h w"]


class Heads(nn.Module):
    """All heads of a network; they read the same features.

    Parameters
    ----------
    feature_size : C.
    head_size : channels of the hidden layer in each head.
    embedding_size : E.
    """

    def __init__(self, feature_size: int, head_size: int, embedding_size: int) -> None:
        super().__init__()
        self.heat = _head(feature_size, head_size, 1, start=START_OF_HEAT)
        self.ltrb = _head(feature_size, head_size, 4)
        self.offset = _head(feature_size, head_size, 2)
        self.embedding = _head(feature_size, head_size, embedding_size)

    def forward(self, features: Float[Tensor, "B C h w"]) -> HeadMaps:
        """Maps of the size of the features."""
        return HeadMaps(
            heat=self.heat(features)[:, 0],
            ltrb=self.ltrb(features),
            offset=self.offset(features),
            embedding=self.embedding(features),
        )


def _head(channels: int, hidden: int, out: int, start: float = 0.0) -> nn.Sequential:
    first = nn.Conv2d(channels, hidden, 3, padding=1)
    last = nn.Conv2d(hidden, out, 1)
    nn.init.kaiming_normal_(first.weight, nonlinearity="relu")
    for convolution, bias in ((first, 0.0), (last, start)):
        assert convolution.bias is not None
        nn.init.constant_(convolution.bias, bias)
    return nn.Sequential(first, nn.ReLU(inplace=True), last)
