"""The student: its own network, and what helps it between key frames."""

from dataclasses import dataclass

from jaxtyping import Float, Int, UInt8
from torch import Tensor, nn

from animot.atttrack.config import AttTrackConfig
from animot.atttrack.fusion import Fusion
from animot.atttrack.heads import HeadMaps
from animot.atttrack.map_tracks import MapTracks
from animot.atttrack.network import OneShotNetwork
from animot.atttrack.transfer import carry


@dataclass(frozen=True, kw_only=True, eq=False)
class KeyFrame:
    """What a batch of key frames leaves for the frames after them.

    Attributes
    ----------
    map : h, of the teacher: `animot.atttrack.fusion.key_map`.
    tracks : of these frames.
    """

    map: Float[Tensor, "B S h w"]
    tracks: MapTracks


class Student(nn.Module):
    """A light one-shot network that a teacher's key frames help.

    Parameters
    ----------
    config : of the pair.
    """

    def __init__(self, config: AttTrackConfig) -> None:
        super().__init__()
        self.config = config
        self.network = OneShotNetwork(config.student)
        self.fusion = Fusion(config.transfer, config.student.feature_size)

    def forward(
        self, images: UInt8[Tensor, "B 3 H W"], key: KeyFrame, gap: Int[Tensor, " B"]
    ) -> HeadMaps:
        """H_s(F_s + Phi(h, i)): head maps of images `gap` frames after their key frames.

        (4) of docs/atttrack.md.
        """
        return self.network.heads(self.assisted(self.network.features(images), key, gap))

    def assisted(
        self, features: Float[Tensor, "B C h w"], key: KeyFrame, gap: Int[Tensor, " B"]
    ) -> Float[Tensor, "B C h w"]:
        """The student's features with what is carried from the key frames."""
        return self.fusion(features, carry(key.map, key.tracks, gap, self.config.transfer))
