"""Program: watch a made webcam for so many frames and print memory every thousand, as JSON.

A process of its own, as checking the shapes of every call would take most of the time.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from animot.tracker import Frame
from animot.tracks import FrameTracks
from animot.video import live
from animot.video.picture import Picture
from animot.watching import watch
from made_tracking import made_frames, made_model, made_scene

FRAMES = made_frames(made_scene(1))


class EndlessCamera:
    """Gives as many frames as are wanted, as fast as they are taken."""

    has_end = True  # so that none is dropped
    fps = 1000.0

    def __init__(self, number: int) -> None:
        self.count = number

    def pictures(self) -> Iterator[Picture]:
        for index in range(self.count):
            image = FRAMES[index % len(FRAMES)]
            yield Picture(stamp=index / self.fps, image=lambda image=image: image)

    def close(self) -> None:
        pass


def main(num_frames: str, out: str) -> None:
    torch.set_num_threads(1)
    live.WebcamConnection = EndlessCamera
    megabytes: list[float] = []

    def measure(frame: Frame, _: FrameTracks) -> None:
        if frame.index % 1000 == 999:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            megabytes.append(pages * resource.getpagesize() / 2**20)

    # At this bias trackers turn on and off, so that new identities are given all the time.
    model = made_model(seed=4, bias=0.0)
    tally = watch(num_frames, model, out, on_frame=measure)
    print(json.dumps([tally.num_frames, tally.num_tracks, megabytes]))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
