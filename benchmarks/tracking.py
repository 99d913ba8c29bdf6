"""Frames per second of tracking, the step alone: frames are decoded, nothing is drawn or written.

    OMP_NUM_THREADS=2 python benchmarks/tracking.py [--threads 1 2] [--repeats 5] [--frames 300]

The shipped sprites weights, which fit any frame and number of trackers: on Sprites-MOT at 128x128,
and at the size and with the trackers that a surveillance video gets (12 at 144x192, 8 objects).
Each with all trackers and with the loop over trackers ending early (adaptive computation), step by
step and looking ahead: the next frame is scaled down in a thread of its own.
Repeats of all cases take turns; medians, lowest and highest. The number of operators that torch
dispatches for a frame is given too, as it does not depend on how busy the machine is.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch.profiler import ProfilerActivity, profile

from animot.data.sprites_mot import SpritesMOT
from animot.saved import load_model
from animot.tba.model import TBA
from animot.tba.tracker import TBATracker
from animot.tracker import Frame, follow

# Frames in which objects appear and everything is loaded; not measured.
FIRST = 30
PROFILED = 20


def sprites_model(frame_size: tuple[int, int], num_trackers: int, *, end_early: bool) -> TBA:
    """The shipped weights with another frame and number of trackers."""
    shipped = load_model("sprites").network
    config = replace(
        shipped.config,
        frame_size=frame_size,
        num_trackers=num_trackers,
        adaptive_computation=end_early,
    )
    model = TBA(config, shipped.precision)
    model.load_state_dict(shipped.state_dict())
    return model


def sprites_frames(frame_size: tuple[int, int], num_objects: int, count: int) -> list[Frame]:
    made = SpritesMOT(5, num_objects, height=frame_size[0], width=frame_size[1])
    images = made.clip([0], 0, count).frames[0]
    return [Frame(index=n, time=n / 25, image=image) for n, image in enumerate(images)]


class Case:
    """A tracker and its video, whose frames are timed in the middle."""

    def __init__(
        self,
        frame_size: tuple[int, int],
        trackers: int,
        objects: int,
        frames: int,
        *,
        end_early: bool = False,
    ) -> None:
        model = sprites_model(frame_size, trackers, end_early=end_early)
        black = np.zeros((*frame_size, 3), dtype=np.uint8)
        self.tracker = TBATracker(model, black)
        self.frames = sprites_frames(frame_size, objects, FIRST + frames)

    def rest(self) -> Iterator[None]:
        """Track the first frames, then one more each time."""
        state = self.tracker.start()
        for frame in self.frames[:FIRST]:
            state, _ = self.tracker.step(state, frame)
        for frame in self.frames[FIRST:]:
            state, _ = self.tracker.step(state, frame)
            yield

    def ahead(self) -> Iterator[None]:
        """The same, as `animot track` does it: the next frame is prepared in another thread."""
        for n, _ in enumerate(follow(self.tracker, self.frames, self.tracker.start())):
            if n >= FIRST:
                yield

    def speed(self, *, ahead: bool) -> float:
        """Frames per second, all frames after the first ones together."""
        tracked = self.ahead() if ahead else self.rest()
        next(tracked)
        begin = time.perf_counter()
        count = sum(1 for _ in tracked)
        return count / (time.perf_counter() - begin)

    def operators(self) -> float:
        """Called from Python for a frame; those that they call in turn are not counted."""
        rest = self.rest()
        next(rest)
        with profile(activities=[ProfilerActivity.CPU]) as found:
            for _ in range(PROFILED):
                next(rest)
        called = [e for e in found.events() if e.cpu_parent is None and e.name[:6] == "aten::"]
        return len(called) / PROFILED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--frames", type=int, default=300)
    arguments = parser.parse_args()
    small, large = ((128, 128), 4, 3), ((144, 192), 12, 8)
    count = arguments.frames
    cases = {
        "128x128, 4 trackers, 3 objects": Case(*small, count),
        "the same, ending early": Case(*small, count, end_early=True),
        "144x192, 12 trackers, 8 objects": Case(*large, count),
        "the same of these, ending early": Case(*large, count, end_early=True),
    }
    speeds: dict[tuple[str, int, bool], list[float]] = {}
    for _ in range(arguments.repeats):
        for name, case in cases.items():
            for threads in arguments.threads:
                torch.set_num_threads(threads)
                for ahead in (False, True):
                    found = speeds.setdefault((name, threads, ahead), [])
                    found.append(case.speed(ahead=ahead))
    print(
        f"torch {torch.__version__}\n\n| case | threads | looking ahead | frames/s | operators |\n"
        "|---|---|---|---|---|"
    )
    for (name, threads, ahead), found in speeds.items():
        spread = f"{statistics.median(found):.0f} ({min(found):.0f} to {max(found):.0f})"
        operators = cases[name].operators()
        print(f"| {name} | {threads} | {'yes' if ahead else 'no'} | {spread} | {operators:.0f} |")


if __name__ == "__main__":
    main()
