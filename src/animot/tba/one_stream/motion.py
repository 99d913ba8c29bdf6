"""`animot.tba.motion` for the trackers of one stream, in NumPy."""

import numpy as np
from jaxtyping import Bool, Float

from animot.tba.departures import AttentionPriors, Persistence

Motion = dict[str, Float[np.ndarray, "I ..."]]


def update_motion(
    before: Motion,
    centre: Float[np.ndarray, "I 2"],
    was_known: Bool[np.ndarray, " I"],
    priors: AttentionPriors,
) -> Motion:
    """Motion after a frame; the velocity of an object seen for the first time is zero."""
    kept = priors.velocity_kept
    velocity = kept * before["velocity"] + (1 - kept) * (centre - before["centre"])
    return {**before, "centre": centre, "velocity": velocity * was_known[:, None]}


def wait(
    moved: Motion,
    before: Motion,
    size: Float[np.ndarray, "I 2"],
    held: Bool[np.ndarray, " I"],
    persistence: Persistence,
) -> Motion:
    """Motion after a frame in which some trackers may have lost their objects."""
    # Nobody waits, all that hold something have full patience: what is covered does not matter.
    new = persistence.seen_apart and (held & (before["patience"] < persistence.patience)).any()
    if new or (~held & (before["patience"] > 0)).any():
        return _wait_for_some(moved, before, size, held, persistence)
    return {
        **moved,
        "size": np.where(held[:, None], size, before["size"]),
        "patience": np.where(held, np.float32(persistence.patience), np.float32(0)),
        "hidden": np.zeros(len(held), np.float32),
    }


def _wait_for_some(
    moved: Motion,
    before: Motion,
    size: Float[np.ndarray, "I 2"],
    held: Bool[np.ndarray, " I"],
    persistence: Persistence,
) -> Motion:
    expected = before["centre"] + before["velocity"]
    centre = np.where(held[:, None], moved["centre"], expected)
    size = np.where(held[:, None], size, before["size"])
    covered = covered_share(centre, size, held) > persistence.hidden_overlap
    used = np.where(covered, np.float32(persistence.hidden_cost), np.float32(1))
    left = np.maximum(before["patience"] - used, 0)
    waiting = ~held & (left > 0)
    granted = np.full_like(left, persistence.patience)
    if persistence.seen_apart:
        granted = np.where(covered, before["patience"], granted)
    return {
        "centre": np.where(waiting[:, None], centre, moved["centre"]),
        "size": size,
        "velocity": np.where(waiting[:, None], before["velocity"], moved["velocity"]),
        "patience": np.where(held, granted, left),
        "hidden": (waiting & covered).astype(np.float32),
    }


def covered_share(
    centre: Float[np.ndarray, "I 2"], size: Float[np.ndarray, "I 2"], held: Bool[np.ndarray, " I"]
) -> Float[np.ndarray, " I"]:
    """Largest part of each box that the box of one held object covers, its own aside."""
    apart = np.abs(centre[:, None] - centre)
    shared = np.clip((size[:, None] + size) / 2 - apart, 0, np.minimum(size[:, None], size))
    area = shared[..., 0] * shared[..., 1] * held
    np.fill_diagonal(area, 0)
    return area.max(axis=1) / np.maximum(size[:, 0] * size[:, 1], np.finfo(np.float32).tiny)
