"""Tracks small enough to count by hand."""

import numpy as np

from animot.tracks import Tracks


def tracks_of(*frames, num_frames=None):
    """Tracks from one dictionary a frame: identity -> left edge of a box of 10 by 10 pixels.

    A box shifted by 2 has IoU 2/3, by 5 IoU 1/3, by 10 or more 0.
    """
    rows = [
        (frame, identity, left)
        for frame, one in enumerate(frames)
        for identity, left in one.items()
    ]
    frame, identity, left = np.array(rows, dtype=float).reshape(-1, 3).T
    return Tracks(
        frame=frame.astype(int),
        track_id=identity.astype(int),
        box=np.stack([left, 0 * left, left + 10, 0 * left + 10], axis=1),
        confidence=np.ones(len(frame)),
        num_frames=len(frames) if num_frames is None else num_frames,
    )


def made_pair(seed, *, objects=5, frames=7, spread=30.0):
    """Truth and tracks at random places, crowded where spread is small, without ties."""
    rng = np.random.default_rng(seed)
    truth, tracks = [], []
    for nth in range(objects):
        place = rng.uniform(0, spread, 2)
        other = nth
        for frame in range(frames):
            place = place + rng.normal(0, 2, 2)
            box = np.array([*place, *(place + rng.uniform(8, 14, 2))])
            if rng.random() < 0.85:
                truth.append((frame, nth, *box))
            if rng.random() < 0.2:
                other = int(rng.integers(0, 2 * objects))
            taken = {(row[0], row[1]) for row in tracks}
            if rng.random() < 0.85 and (frame, other) not in taken:
                tracks.append((frame, other, *(box + rng.normal(0, 1.5, 4))))
    return _tracks(truth, frames), _tracks(tracks, frames)


def _tracks(rows, num_frames):
    table = np.array(rows, dtype=float).reshape(-1, 6)
    return Tracks(
        frame=table[:, 0].astype(int),
        track_id=table[:, 1].astype(int),
        box=table[:, 2:],
        confidence=np.ones(len(table)),
        num_frames=num_frames,
    )


def some_of(tracks, kept):
    """The tracks without the other rows."""
    return Tracks(
        frame=tracks.frame[kept],
        track_id=tracks.track_id[kept],
        box=tracks.box[kept],
        confidence=tracks.confidence[kept],
        num_frames=tracks.num_frames,
    )
