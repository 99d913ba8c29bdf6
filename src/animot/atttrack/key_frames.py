"""What a tracker keeps of a key frame until the next one: the teacher's map, and the tracks."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from animot.association.associator import AssociationState
from animot.association.open_tracks import OpenTracks
from animot.atttrack.letterbox import Letterbox
from animot.atttrack.map_tracks import to_map
from animot.atttrack.student import KeyFrame


@dataclass(frozen=True, kw_only=True, eq=False)
class KeptKeyFrame:
    """A key frame on its way to the frames after it.

    Attributes
    ----------
    map : h, of the teacher.
    track_id : of the tracks seen there.
    box : xyxy in pixels of the network's frame, as the motion filters have it after that frame.
    velocity : of their centres, in these pixels per second; 0 for a new track.
    confidence : of the tracks.
    time : of the frame, seconds.
    """

    map: Float[Tensor, "1 S h w"]
    track_id: Int[np.ndarray, " M"]
    box: Float[np.ndarray, "M 4"]
    velocity: Float[np.ndarray, "M 2"]
    confidence: Float[np.ndarray, " M"]
    time: float

    def __len__(self) -> int:
        return len(self.track_id)

    def at(self, time: float, gap: int) -> KeyFrame:
        """As the student asks for it `gap` frames later: tracks move as they did at the key frame.

        Frames need not come evenly: the velocity per frame is that of the frames until now.
        """
        moved = self.velocity * (time - self.time)
        return self._moved(moved / gap, np.ones(len(self), dtype=bool))

    def following(self, tracks: OpenTracks, seconds: float, boxed: Letterbox, gap: int) -> KeyFrame:
        """The same, but tracks move to where they are expected by now; what has ended is left out.

        Parameters
        ----------
        tracks : after the last frame.
        seconds : since that frame.
        boxed : how frames lie in the network's.
        """
        row_of = {number: row for row, number in enumerate(tracks.track_id.tolist())}
        rows = np.array([row_of.get(number, -1) for number in self.track_id.tolist()])
        there = rows >= 0
        expected = tracks.box + np.tile(seconds * tracks.velocity, 2)
        box = self.box.copy()
        box[there] = boxed.to_network(expected[rows[there]])
        moved = (box - self.box).reshape(-1, 2, 2).mean(axis=1)
        return self._moved(moved / gap, there)

    def _moved(
        self, per_frame: Float[np.ndarray, "M 2"], there: Bool[np.ndarray, " M"]
    ) -> KeyFrame:
        def row(values: np.ndarray) -> Tensor:
            return torch.from_numpy(values[there])[None].to(self.map)

        present = torch.ones(1, int(there.sum()), dtype=torch.bool, device=self.map.device)
        tracks = to_map(row(self.box), row(per_frame), row(self.confidence), present)
        return KeyFrame(map=self.map, tracks=tracks)


def keep(
    key_map: Float[Tensor, "1 S h w"], state: AssociationState, boxed: Letterbox
) -> KeptKeyFrame:
    """Key frame out of the teacher's map and the tracks right after that frame.

    Only confirmed tracks that were seen in it count: what is lost has no features there (Q15).

    Parameters
    ----------
    state : after the frame.
    boxed : how the frame lies in the network's.
    """
    assert state.time is not None
    seen = state.tracks.where(state.tracks.confirmed & (state.tracks.last_seen == state.time))
    return KeptKeyFrame(
        map=key_map,
        track_id=seen.track_id,
        box=boxed.to_network(seen.box),
        velocity=seen.velocity * np.array(boxed.scale),
        confidence=seen.confidence,
        time=state.time,
    )
