"""The preset `fast`, fitted to the user's video: what it shows decides over sizes and costs."""

import math
from dataclasses import replace

import numpy as np

from animot.association.config import AssociationConfig
from animot.data.clips import Scene
from animot.errors import InputError
from animot.tba import presets
from animot.tba.config import TBAConfig
from animot.tba.departures import Persistence
from animot.video.background.find import spread
from animot.video.blobs import Typical, find_blobs, join

# More trackers than things seen at a time: people side by side may count for one.
TRACKERS_PER_THING = 1.5
LEAST_TRACKERS, MOST_TRACKERS = 4, 24
# Turning on a second tracker shall cost more than it can make better: this part of the squared
# difference to the background that a typical thing makes.
PRESENCE_SHARE = 0.11
# Of what sure trackers would draw: it counts as much as what trackers draw.
OPAQUE_WEIGHT = 1.0
# In real video objects pass behind things that stand still, for longer than behind each other.
PATIENCE_SECONDS = 1.6
# In frames: no less than of made video. At high frame rates no more than half an episode of
# learning, or trackers would hardly learn to give up; and an expected place is worth less with
# each frame without a look.
LEAST_PATIENCE, MOST_PATIENCE = 3.0, 60.0
# A tracker's confidence says more than a detector's: above 0.5 it holds something. But what is held
# already may be held by two. What is out of sight for a moment, trackers report themselves.
ASSOCIATION = AssociationConfig(
    birth_confidence=0.6,
    covered_birth_confidence=0.95,
    coast_seconds=0.0,
    looks_weight=0.5,
    embedding_kept=0.92,
)


def fit_to_video(
    scenes: list[Scene], size: tuple[int, int], fps: float, objects: int | None
) -> TBAConfig:
    """Model for the video of some cameras.

    Parameters
    ----------
    scenes : what the cameras saw, at working size.
    size : working (height, width).
    fps : frames per second.
    objects : most objects at a time; None: as many as seem to be there.

    Raises
    ------
    InputError : where nothing moves.
    """
    thing = find_typical(scenes)
    height, width = np.clip(np.rint([thing.height, thing.width]), 5, size)
    fast = presets.fast(
        frame_size=size,
        frame_channels=3,
        patch_size=(int(height), int(width)),
        num_trackers=objects or trackers_for(thing.most),
        num_layers=2,
        presence_weight=round(PRESENCE_SHARE * thing.energy, 2),
        persistence=Persistence(patience=patience_frames(fps), hidden_cost=2.0),
    )
    return replace(
        fast,
        opaque_weight=OPAQUE_WEIGHT,
        seen_extent=True,
        perspective=True,
        association=ASSOCIATION,
        living_background=True,
    )


def trackers_for(things: int) -> int:
    """Trackers for so many things that are seen at a time."""
    return min(max(math.ceil(TRACKERS_PER_THING * things), LEAST_TRACKERS), MOST_TRACKERS)


def patience_frames(fps: float) -> float:
    """Frames for which a tracker waits, in video of so many frames per second."""
    return min(max(float(round(PATIENCE_SECONDS * fps)), LEAST_PATIENCE), MOST_PATIENCE)


def find_typical(scenes: list[Scene]) -> Typical:
    """What most of that is like which moves before some cameras.

    Raises
    ------
    InputError : where nothing moves.
    """
    parts = [
        find_blobs(scene.learned(spread(len(scene.frames))), scene.background) for scene in scenes
    ]
    typical = join(parts).typical
    if typical is None:
        raise InputError(
            "nothing moves in the video; check that the camera is fixed and the video is the "
            "right one, or give a larger --size"
        )
    return typical
