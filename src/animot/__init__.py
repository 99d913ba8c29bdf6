"""animot: online multi-object tracking learned from unlabelled video.

    model = animot.learn("street.mp4", "street/", minutes=20)
    tracks = animot.track("street.mp4", model)

Importing animot loads neither torch nor cv2; the names below load what they need on first use.
"""

from importlib import import_module
from importlib.metadata import version
from typing import Any

__version__ = version("animot")

_HOMES = {
    "AssociationConfig": "animot.association.config",
    "Detections": "animot.detections",
    "InputError": "animot.errors",
    "InputWarning": "animot.errors",
    "Model": "animot.saved",
    "Scores": "animot.metrics",
    "Tracks": "animot.tracks",
    "associate": "animot.association.associate",
    "evaluate": "animot.metrics",
    "learn": "animot.learning",
    "learn_labelled": "animot.labelled_learning",
    "load_model": "animot.engines",
    "open_sequence": "animot.data.sequence",
    "read_detections": "animot.data.mot_detections",
    "read_tracks": "animot.data.mot",
    "read_truth": "animot.data.mot",
    "track": "animot.tracking",
    "watch": "animot.watching",
    "write_tracks": "animot.data.mot",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
