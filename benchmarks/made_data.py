"""Time to make training clips, against the time to copy them: python benchmarks/made_data.py."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from animot.atttrack.pairs import PairSource
from animot.data.crowd import CrowdVideo
from animot.data.crowd_sequence import crowd_sequences
from animot.data.made import MadeVideo
from animot.data.mnist_mot import MnistMOT
from animot.data.sprites_mot import SpritesMOT

STREAMS, FRAMES, WARM_UP, CLIPS = 16, 20, 40, 60


def median_ms(work: Callable[[int], object]) -> float:
    """Median over consecutive clips, the first ones left out: patches are made once and kept."""
    times = []
    for step in range(WARM_UP + CLIPS):
        begin = time.perf_counter()
        work(step)
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times[WARM_UP:])


def clip_ms(made: MadeVideo) -> float:
    return median_ms(lambda step: made.clip(range(STREAMS), step * FRAMES, FRAMES))


def main() -> None:
    digits = np.random.default_rng(0).integers(0, 256, size=(1000, 28, 28), dtype=np.uint8)
    print(f"{STREAMS} streams x {FRAMES} frames, 128x128, one thread; median of {CLIPS} clips")
    for num_objects in (1, 3, 10, 50):
        sprites = clip_ms(SpritesMOT(0, num_objects))
        mnist = clip_ms(MnistMOT(0, digits, num_objects))
        print(f"{num_objects:3d} objects: sprites {sprites:6.1f} ms, digits {mnist:6.1f} ms")
    frames = SpritesMOT(0).clip(range(STREAMS), 0, FRAMES).frames
    print(f"copying the frames of a sprites clip: {median_ms(lambda _: frames.copy()):.1f} ms")
    begin = time.perf_counter()
    SpritesMOT(0).clip([0], 10_000_000, FRAMES)
    print(f"{FRAMES} frames from frame 10,000,000 on: {time.perf_counter() - begin:.2f} s")
    begin = time.perf_counter()
    SpritesMOT(0).tracks(0, 10_000)
    print(f"truth of 10,000 frames: {time.perf_counter() - begin:.3f} s")
    crowd = CrowdVideo(0)
    frame = median_ms(lambda step: crowd.image(step % 4, step))
    begin = time.perf_counter()
    crowd.truth(0, 300)
    truth = 1000 * (time.perf_counter() - begin) / 300
    print(f"a frame of a crowd, 288x160: {frame:.2f} ms, its truth {truth:.2f} ms")
    pairs = PairSource(crowd_sequences("train", 8, 100), (288, 160), 8, 5, seed=0)
    print(f"8 pairs of a crowd, 288x160, with targets: {median_ms(pairs.batch):.0f} ms")


if __name__ == "__main__":
    main()
