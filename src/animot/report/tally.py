"""What was found in a whole video, in a line."""

from dataclasses import dataclass

import numpy as np

from animot.tracks import FrameTracks, Tracks


@dataclass
class Tally:
    """Counts as tracking goes on; its memory does not grow.

    Attributes
    ----------
    num_frames, num_boxes, num_tracks : so far. Trackers number new identities upwards, so one
        that is larger than all before it is new.
    """

    num_frames: int = 0
    num_boxes: int = 0
    num_tracks: int = 0
    _largest_id: int = 0

    def add(self, objects: FrameTracks) -> None:
        """Count a frame."""
        self.num_frames += 1
        self.num_boxes += len(objects)
        self.num_tracks += int((objects.track_id > self._largest_id).sum())
        self._largest_id = int(objects.track_id.max(initial=self._largest_id))

    @classmethod
    def of(cls, tracks: Tracks) -> "Tally":
        """Counts of a whole video."""
        return cls(
            num_frames=tracks.num_frames,
            num_boxes=len(tracks),
            num_tracks=len(np.unique(tracks.track_id)),
        )

    def __str__(self) -> str:
        if self.num_frames == 0:
            return "stopped before a frame was tracked"
        if self.num_boxes == 0:
            return (
                f"nothing was found in {self.num_frames} frames; if something moves there, learn "
                "from this video (animot learn)"
            )
        return f"{self.num_tracks} tracks, {self.num_boxes} boxes in {self.num_frames} frames"
