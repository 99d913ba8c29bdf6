"""Where the circled plus of AttTrack's figure stands: carried features meet the student's."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from animot.atttrack.config import TransferConfig
from animot.atttrack.heads import HeadMaps
from animot.atttrack.transfer import Carried


class Fusion(nn.Module):
    """Adds what is carried to the student's features; without tracks these stay as they are.

    Parameters
    ----------
    config : of the transfer.
    feature_size : C.
    """

    def __init__(self, config: TransferConfig, feature_size: int) -> None:
        super().__init__()
        self.config = config
        self.scale = nn.Parameter(torch.ones(())) if config.fusion == "learned" else None
        self.gate = (
            nn.Conv2d(2 * feature_size, feature_size, 1) if config.fusion == "gate" else None
        )
        # Without a bias, so that nothing carried is nothing added.
        self.widen = (
            nn.Conv2d(1, feature_size, 1, bias=False) if config.source == "heat" else nn.Identity()
        )

    def forward(
        self, features: Float[Tensor, "B C h w"], carried: Carried
    ) -> Float[Tensor, "B C h w"]:
        """Features for the student's heads."""
        phi = self.widen(carried.features)
        if self.config.fusion == "convex":
            return (1 - carried.weight[:, None]) * features + phi
        if self.scale is not None:
            return features + self.scale * phi
        if self.gate is not None:
            return features + self.gate(torch.cat([features, phi], dim=1)).sigmoid() * phi
        return features + phi


def key_map(
    features: Float[Tensor, "B C h w"], maps: HeadMaps, config: TransferConfig
) -> Float[Tensor, "B S h w"]:
    """h: what is kept of the teacher's frame, of C channels, or of one for the heat map."""
    return features if config.source == "features" else maps.heat.sigmoid()[:, None]
