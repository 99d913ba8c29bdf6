"""Clips with the moving things of other clips over them: more objects that cross. Ours.

Two that cross are what trackers confuse, and in most video few do. Where the background is known
and free of noise, as that of made video, what moves in one clip can be shown over another, and the
model learns from as many crossings as one likes. No label is needed for it.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import UInt8

from animot.data.clips import Clips, ClipSource


class OverlaidClips:
    """A source of clips, the first streams of which show the moving things of two streams.

    Parameters
    ----------
    source : of the clips.
    over : of what is shown over the first streams; it has as many streams as shall be overlaid.
    streams : of both, in the whole batch: those to make.
    summed : whether differences to the background add up, as those of a single layer do
        (Eq. 9); otherwise the upper one hides the lower.
    """

    def __init__(
        self,
        source: ClipSource,
        over: ClipSource,
        *,
        streams: range,
        summed: bool,
    ) -> None:
        self.source = source
        self.over = over
        self.streams = streams
        self.summed = summed

    def batch(self, step: int) -> Clips:
        """The clips of a step; a stream restarts where one of its two does."""
        below = self.source.batch(step)
        if not self.streams:
            return below
        above = self.over.batch(step)
        n = len(self.streams)
        frames, restart = below.frames.copy(), below.restart.copy()
        frames[:n] = self._lay(above, frames[:n])
        restart[:n] |= above.restart
        return replace(below, frames=frames, restart=restart)

    def only(self, streams: range) -> "OverlaidClips":
        """Just these streams of the source, with the very clips of the whole batch."""
        overlaid = range(streams.start, max(streams.start, min(streams.stop, self.streams.stop)))
        return OverlaidClips(
            self.source.only(streams),
            self.over.only(overlaid),
            streams=overlaid,
            summed=self.summed,
        )

    def _lay(
        self, above: Clips, frames: UInt8[np.ndarray, "n T H W D"]
    ) -> UInt8[np.ndarray, "n T H W D"]:
        """The frames with what moves in `above` over them."""
        background = above.background[:, None]
        moving = (above.frames != background).any(axis=-1, keepdims=True)
        if self.summed:
            change = above.frames.astype(np.int16) - background
            both = np.clip(frames + change, 0, 255).astype(np.uint8)
            return np.where(moving, both, frames)
        return np.where(moving, above.frames, frames)
