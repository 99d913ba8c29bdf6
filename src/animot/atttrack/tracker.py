"""Teacher and student as a `Tracker`: frames in, boxes with identities out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from animot.association.associator import AssociationState, Associator
from animot.association.config import AssociationConfig
from animot.atttrack.decode import Decoded, decode
from animot.atttrack.fusion import key_map
from animot.atttrack.heads import HeadMaps
from animot.atttrack.key_frames import KeptKeyFrame, keep
from animot.atttrack.letterbox import Letterbox, letterbox
from animot.atttrack.pair import Pair
from animot.atttrack.policy import Rhythm, Surprise
from animot.atttrack.stopwatch import Stopwatch, no_time
from animot.atttrack.student import KeyFrame
from animot.detections import FrameDetections
from animot.tracker import Frame
from animot.tracks import FrameTracks


@dataclass(frozen=True, kw_only=True, eq=False)
class AttTrackState:
    """What a tracker carries from frame to frame.

    Attributes
    ----------
    association : the tracks.
    rhythm : of key frames.
    key : the last key frame, where it is of use to the student; else None.
    """

    association: AssociationState
    rhythm: Rhythm
    key: KeptKeyFrame | None


@dataclass(frozen=True, kw_only=True, eq=False)
class BoxedFrame:
    """A frame as the networks take it.

    Attributes
    ----------
    image : red, green, blue in 0..255.
    boxed : how the frame lies in it.
    index, time : of the frame; seconds.
    """

    image: UInt8[Tensor, "1 3 H W"]
    boxed: Letterbox
    index: int
    time: float


# What the student is given in a frame, out of the last key frame and the state before the frame;
# None where there is nothing to carry.
Carrying = Callable[[BoxedFrame, AttTrackState, KeptKeyFrame], KeyFrame | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Look:
    """What a network said of a frame, and of a key frame what is to be carried on."""

    maps: HeadMaps
    key_map: Tensor | None


class AttTrackTracker:
    """Tracks with a pair, one frame at a time.

    Parameters
    ----------
    pair : of networks, and the policy by which they take turns.
    stopwatch : told how long the parts take; None: nobody is.
    carrying : says what the student is given; None: the key frame's tracks, where the pair's
        configuration expects them. Experiments say something else.
    """

    def __init__(
        self,
        pair: Pair,
        stopwatch: Stopwatch | None = None,
        carrying: Carrying | None = None,
    ) -> None:
        self.pair = pair
        self._carrying = self._expected if carrying is None else carrying
        self.policy = pair.policy
        self.associator = Associator(
            pair.association, embedding_size=pair.config.teacher.embedding_size
        )
        self._part = no_time if stopwatch is None else stopwatch.part

    def start(self) -> AttTrackState:
        """No tracks, and the first frame is yet to come."""
        return AttTrackState(association=self.associator.start(), rhythm=Rhythm(), key=None)

    def step(self, state: AttTrackState, frame: Frame) -> tuple[AttTrackState, FrameTracks]:
        """State after the frame, and the objects seen in it."""
        return self.step_prepared(state, self.prepare(frame))

    def prepare(self, frame: Frame) -> BoxedFrame:
        """The frame at the networks' size; that needs no state."""
        height, width = self.pair.config.frame_size
        boxed = letterbox((frame.image.shape[1], frame.image.shape[0]), (width, height))
        image = torch.from_numpy(np.ascontiguousarray(boxed(frame.image)))
        image = image.permute(2, 0, 1)[None].to(self.pair.device)
        return BoxedFrame(image=image, boxed=boxed, index=frame.index, time=frame.time)

    @torch.inference_mode()
    def step_prepared(
        self, state: AttTrackState, frame: BoxedFrame
    ) -> tuple[AttTrackState, FrameTracks]:
        """State after the frame, and the objects seen in it."""
        is_key = self.policy.is_key(state.rhythm)
        look = self._ask_teacher(frame) if is_key else self._ask_student(frame, state)
        with self._part("decode"):
            found = found_in(decode(look.maps), frame.boxed, self.pair.association)
        with self._part("association"):
            after, objects = self.associator.step(state.association, found, frame.time)
        with self._part("transfer"):
            key = state.key
            if look.key_map is not None:
                key = keep(look.key_map, after, frame.boxed)
        surprise = surprise_of(state.association, after)
        rhythm = state.rhythm.after(key=is_key, surprise=surprise, window=self.policy.window)
        return AttTrackState(association=after, rhythm=rhythm, key=key), objects

    def _ask_teacher(self, frame: BoxedFrame) -> _Look:
        teacher = self.pair.teacher
        assert teacher is not None
        with self._part("network"):
            features = teacher.features(frame.image)
            maps = teacher.heads(features)
        if not self.policy.carries:
            return _Look(maps=maps, key_map=None)
        return _Look(maps=maps, key_map=key_map(features, maps, self.pair.config.transfer))

    def _ask_student(self, frame: BoxedFrame, state: AttTrackState) -> _Look:
        student = self.pair.student
        assert student is not None
        with self._part("network"):
            features = student.network.features(frame.image)
        if state.key is not None:
            with self._part("transfer"):
                carried = self._carrying(frame, state, state.key)
                if carried is not None:
                    gap = torch.tensor([state.rhythm.gap], device=self.pair.device)
                    features = student.assisted(features, carried, gap)
        with self._part("network"):
            maps = student.network.heads(features)
        return _Look(maps=maps, key_map=None)

    def _expected(
        self, frame: BoxedFrame, state: AttTrackState, key: KeptKeyFrame
    ) -> KeyFrame | None:
        """The last key frame, its tracks moved as the configuration says."""
        gap, before = state.rhythm.gap, state.association
        assert gap is not None
        assert before.time is not None
        if not len(key):
            return None
        if self.pair.config.transfer.motion != "running":
            return key.at(frame.time, gap)
        return key.following(before.tracks, frame.time - before.time, frame.boxed, gap)


def found_in(decoded: Decoded, boxed: Letterbox, association: AssociationConfig) -> FrameDetections:
    """Detections of the first image that association has a use for, in original pixels."""
    score, box = _array(decoded.score), _array(decoded.box)
    wanted = score >= association.low_confidence
    wanted &= np.isfinite(box).all(axis=1) & (box[:, 2:] > box[:, :2]).all(axis=1)
    return FrameDetections(
        box=boxed.to_original(box[wanted]),
        confidence=score[wanted],
        embedding=_array(decoded.embedding)[wanted],
    )


def surprise_of(before: AssociationState, after: AssociationState) -> Surprise:
    """How far a frame was from what its tracks foretold."""
    tracks = before.tracks
    foretold = tracks.track_id[tracks.confirmed & (tracks.last_seen == before.time)]
    seen = after.tracks.track_id[after.tracks.last_seen == after.time]
    lost = 1 - np.isin(foretold, seen).mean() if len(foretold) else 0.0
    return Surprise(lost=float(lost), births=after.last_id - before.last_id)


def _array(values: Tensor) -> np.ndarray:
    return values[0].cpu().numpy().astype(np.float64)
