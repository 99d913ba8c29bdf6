"""Labelled sequences whose frames show their own number, and whose boxes move evenly."""

from dataclasses import replace

import numpy as np

from animot.atttrack.kept_frames import KeptFrames
from animot.data.labelled import LabelledSequence
from animot.data.truth import Truth
from animot.tracks import Tracks

SIZE = (96, 64)
STEP = np.array([3.0, -1.0])
HALF = np.array([4.0, 9.0])  # of the sides of the boxes


def numbered(num_frames=20, first=0, size=SIZE, people=(4, 9), start=(30.0, 40.0), name="numbered"):
    """Frame n is `first + n` everywhere; person i stands 10 * i pixels beside the first."""
    width, height = size
    values = np.arange(first, first + num_frames, dtype=np.uint8)
    pixels = np.broadcast_to(values[:, None, None, None], (num_frames, height, width, 3))
    frame = np.repeat(np.arange(num_frames), len(people))
    rank = np.tile(np.arange(len(people)), num_frames)
    centre = np.array(start) + STEP * frame[:, None] + [[10, 0]] * rank[:, None]
    tracks = Tracks(
        frame=frame,
        track_id=np.array(people)[rank],
        box=np.concatenate([centre - HALF, centre + HALF], axis=1),
        confidence=np.ones(len(frame)),
        num_frames=num_frames,
    )
    truth = Truth(tracks=tracks, counts=np.ones(len(frame), dtype=bool))
    source = KeptFrames(name=name, fps=10.0, pixels=np.ascontiguousarray(pixels))
    return LabelledSequence(source=source, truth=truth)


def without(sequence, hidden):
    """The sequence, with boxes that do not count."""
    return replace(sequence, truth=replace(sequence.truth, counts=~hidden))
