"""Tracks to doubt: some of each kind, all by hand."""

import numpy as np

from animot.tracks import Tracks

SIZE = (200, 300)
FPS = 10.0


def moving(
    track_id: int,
    frames: range | list[int],
    *,
    left: float = 0.0,
    top: float = 80.0,
    speed: float = 4.0,
    confidence: float = 0.9,
) -> Tracks:
    """A box of 20 by 30 pixels that goes to the right at so many pixels a frame."""
    frame = np.array(frames)
    x = left + speed * (frame - frame[0])
    y = np.full(len(frame), top)
    return Tracks(
        frame=frame,
        track_id=np.full(len(frame), track_id),
        box=np.stack([x, y, x + 20, y + 30], axis=1),
        confidence=np.full(len(frame), confidence),
        num_frames=60,
    )


def together(*parts: Tracks) -> Tracks:
    """All of them as the tracks of one video."""
    columns = ("frame", "track_id", "box", "confidence")
    return Tracks(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in columns},
        num_frames=60,
    )
