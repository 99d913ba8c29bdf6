"""Ground truth of sequences as a learner asks for it: by frame, with velocities and classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from animot.data.labelled import LabelledSequence
from animot.data.truth import Truth

VELOCITY_FRAMES = 3  # over which a velocity is taken, at most
PEDESTRIAN = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameObjects:
    """Objects of one frame.

    Attributes
    ----------
    box : xyxy in pixels of the sequence.
    velocity : (x, y) of the centre in pixels per frame; 0 in the first frame of an object.
    identity : class of the identity, counted from 0 over all sequences.
    """

    box: Float[np.ndarray, "N 4"]
    velocity: Float[np.ndarray, "N 2"]
    identity: Int[np.ndarray, " N"]


class TruthIndex:
    """Objects of one sequence that are to be found: pedestrians that count.

    Parameters
    ----------
    truth : of the sequence.
    first_identity : class of its first identity.

    Attributes
    ----------
    num_identities : of its objects that are to be found.
    """

    def __init__(self, truth: Truth, first_identity: int) -> None:
        tracks = truth.tracks
        wanted = to_be_found(truth)
        velocity = velocities(tracks.frame, tracks.track_id, tracks.box)
        known, identity = np.unique(tracks.track_id[wanted], return_inverse=True)
        self.num_identities = len(known)
        self._box, self._velocity = tracks.box[wanted], velocity[wanted]
        self._identity = first_identity + identity.astype(np.int64)
        frames = np.arange(tracks.num_frames + 1)
        self._begins = np.searchsorted(tracks.frame[wanted], frames)

    def at(self, frame: int) -> FrameObjects:
        """Objects of a frame."""
        rows = slice(self._begins[frame], self._begins[frame + 1])
        return FrameObjects(
            box=self._box[rows], velocity=self._velocity[rows], identity=self._identity[rows]
        )


def index_truths(sequences: Sequence[LabelledSequence]) -> list[TruthIndex]:
    """Index of each sequence; no two sequences share an identity."""
    indices: list[TruthIndex] = []
    first = 0
    for sequence in sequences:
        indices.append(TruthIndex(sequence.truth, first))
        first += indices[-1].num_identities
    return indices


def to_be_found(truth: Truth) -> Bool[np.ndarray, " N"]:
    """Boxes that count and, where the truth has classes, are pedestrians."""
    if truth.class_id is None:
        return truth.counts
    return truth.counts & (truth.class_id == PEDESTRIAN)


def velocities(
    frame: Int[np.ndarray, " N"], track_id: Int[np.ndarray, " N"], box: Float[np.ndarray, "N 4"]
) -> Float[np.ndarray, "N 2"]:
    """Motion of each centre per frame, over the last 3 frames, or those in which there is a box.

    Only the past is looked at, as a tracker does; 0 where the frame before has no box.
    """
    order = np.lexsort((frame, track_id))
    frame, track_id = frame[order], track_id[order]
    centre = (box[order, :2] + box[order, 2:]) / 2
    velocity = np.zeros_like(centre)
    for back in range(1, VELOCITY_FRAMES + 1):
        unbroken = (track_id[back:] == track_id[:-back]) & (frame[back:] - frame[:-back] == back)
        rows = np.flatnonzero(unbroken) + back
        velocity[rows] = (centre[rows] - centre[rows - back]) / back
    found = np.empty_like(velocity)
    found[order] = velocity
    return found
