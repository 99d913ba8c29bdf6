"""What the student is given in place of what AttTrack carries, to see what helps it.

Each control is asked where the tracker would carry the key frame's tracks to a frame
(`animot.atttrack.tracker.Carrying`). The networks are those of AttTrack, and have not learned with
a control.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from animot.atttrack.fusion import key_map
from animot.atttrack.key_frames import KeptKeyFrame
from animot.atttrack.map_tracks import MapTracks, moved_centre, to_map
from animot.atttrack.objects import TruthIndex
from animot.atttrack.pair import Pair
from animot.atttrack.student import KeyFrame
from animot.atttrack.tracker import AttTrackState, BoxedFrame, Carrying
from animot.data.labelled import LabelledSequence


@dataclass(frozen=True, kw_only=True)
class Control:
    """One control.

    Attributes
    ----------
    title : in tables.
    of : what is carried with a pair in a sequence.
    """

    title: str
    of: Callable[[Pair, LabelledSequence], Carrying]


def _still(pair: Pair, sequence: LabelledSequence) -> Carrying:
    """Tracks stay where they were at the key frame."""
    del pair, sequence

    def carrying(frame: BoxedFrame, state: AttTrackState, key: KeptKeyFrame) -> KeyFrame | None:
        stopped = replace(key, velocity=np.zeros_like(key.velocity))
        return stopped.at(frame.time, _gap(state)) if len(key) else None

    return carrying


def _shuffled(pair: Pair, sequence: LabelledSequence) -> Carrying:
    """Each track is given the features of the next one, where it is expected itself."""
    del pair, sequence

    def carrying(frame: BoxedFrame, state: AttTrackState, key: KeptKeyFrame) -> KeyFrame | None:
        if not len(key):
            return None
        expected = key.at(frame.time, _gap(state))
        return replace(expected, tracks=shuffle(expected.tracks, _gap(state)))

    return carrying


def shuffle(tracks: MapTracks, gap: int) -> MapTracks:
    """Tracks that arrive where they would, but set out from where the next track does."""
    place = moved_centre(tracks, torch.full((len(tracks.centre),), gap))
    start = tracks.centre.roll(-1, dims=1)
    return replace(tracks, centre=start, velocity=(place - start) / gap)


def _oracle(pair: Pair, sequence: LabelledSequence) -> Carrying:
    """Tracks are those of the truth: where they were at the key frame, and where they are now."""
    del pair
    truth = TruthIndex(sequence.truth, 0)

    def carrying(frame: BoxedFrame, state: AttTrackState, key: KeptKeyFrame) -> KeyFrame | None:
        gap = _gap(state)
        before, now = truth.at(frame.index - gap), truth.at(frame.index)
        _, old, new = np.intersect1d(before.identity, now.identity, return_indices=True)
        if not len(old):
            return None
        box = frame.boxed.to_network(before.box[old])
        after = frame.boxed.to_network(now.box[new])
        moved = (after - box).reshape(-1, 2, 2).mean(axis=1) / gap
        return KeyFrame(map=key.map, tracks=_sure_tracks(box, moved, like=key.map))

    return carrying


def _sure_tracks(
    box: Float[np.ndarray, "M 4"], per_frame: Float[np.ndarray, "M 2"], *, like: Tensor
) -> MapTracks:
    def row(values: Float[np.ndarray, "M n"]) -> Tensor:
        return torch.from_numpy(values)[None].to(like)

    sure = torch.ones(1, len(box), device=like.device)
    return to_map(row(box), row(per_frame), sure.to(like), sure.bool())


def _fresh(pair: Pair, sequence: LabelledSequence) -> Carrying:
    """What the teacher sees in this very frame, at the places where tracks are expected."""
    del sequence
    teacher = pair.teacher
    assert teacher is not None

    def carrying(frame: BoxedFrame, state: AttTrackState, key: KeptKeyFrame) -> KeyFrame | None:
        if not len(key):
            return None
        features = teacher.features(frame.image)
        now = key_map(features, teacher.heads(features), pair.config.transfer)
        tracks = key.at(frame.time, _gap(state)).tracks
        place = moved_centre(tracks, torch.tensor([_gap(state)], device=now.device))
        arrived = replace(tracks, centre=place, velocity=torch.zeros_like(place))
        return KeyFrame(map=now, tracks=arrived)

    return carrying


def _gap(state: AttTrackState) -> int:
    assert state.rhythm.gap is not None
    return state.rhythm.gap


CONTROLS = {
    "still": Control(title="zero velocity", of=_still),
    "shuffled": Control(title="shuffled tracks", of=_shuffled),
    "oracle": Control(title="true tracks", of=_oracle),
    "fresh": Control(title="fresh features at every frame", of=_fresh),
}
