"""Learning steps by component: where the time of `paper` and `fast` goes on Sprites-MOT.

    python benchmarks/training.py --threads 2 --repeats 5

Prints milliseconds per step (median over repeats, minimum and maximum in brackets) and frames/s.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TypeVar

import torch

from animot.data.clips import MadeClips
from animot.device import choose_device
from animot.made_sets import make_video
from animot.planning import Options, plan_made
from animot.precision import fastest_dtype
from animot.saved import DTYPES
from animot.tba.learner import backpropagate
from animot.tba.model import TBA, Precision
from animot.tba.noise import Noise
from animot.tba.output import TrackerOutput
from animot.tba.pixels import to_tensor

# The published batch needs more memory than a laptop has in float32; frames/s hardly depend on it.
PAPER_BATCH = 16
T = TypeVar("T")


class Stopwatch:
    """Seconds of named parts, over repeats."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def time(self, name: str, work: Callable[[], T]) -> T:
        """Do the work and note how long it took."""
        begin = time.perf_counter()
        result = work()
        self.seconds.setdefault(name, []).append(time.perf_counter() - begin)
        return result

    @contextmanager
    def watching(self, owner: object, method: str, name: str) -> Iterator[None]:
        """Time a method of this object, within the context, under a name."""
        work = getattr(owner, method)
        setattr(owner, method, lambda *a, **k: self.time(name, lambda: work(*a, **k)))
        yield
        delattr(owner, method)  # that of its class is seen again

    def milliseconds(self) -> dict[str, float]:
        """All calls under a name added up."""
        return {name: 1000 * sum(parts) for name, parts in self.seconds.items()}


def step(model: TBA, source: MadeClips, optimizer: torch.optim.Adam, number: int) -> Stopwatch:
    """One learning step, taken apart."""
    watch = Stopwatch()
    clips = watch.time("data", lambda: source.batch(number))
    frames, background = watch.time(
        "to tensors", lambda: (to_tensor(clips.frames), to_tensor(clips.background))
    )
    noise = Noise(torch.Generator().manual_seed(number))
    with (
        watch.watching(model.extractor, "forward", "features, forward"),
        watch.watching(model.rat, "forward", "trackers, forward"),
        watch.watching(model, "emit", "outputs, forward"),
    ):
        output, _ = model(frames, background, model.start(len(frames)), noise=noise)
    leaves = TrackerOutput(
        **{f.name: getattr(output, f.name).detach().requires_grad_() for f in fields(output)}
    )
    behind = background[:, None].expand_as(frames).flatten(0, 1)
    flat = frames.flatten(0, 1)
    watch.time("render and loss, both ways", lambda: backpropagate(model, leaves, flat, behind))
    reached = [getattr(output, f.name) for f in fields(output)]
    reached = [tensor for tensor in reached if tensor.requires_grad]
    watch.time(
        "trackers and features, backward",
        lambda: torch.autograd.backward(reached, [torch.ones_like(t) for t in reached]),
    )
    watch.time("Adam", optimizer.step)
    optimizer.zero_grad()
    return watch


def measure(preset: str, dtype: str, repeats: int) -> None:
    """Print the table of one preset."""
    sprites = make_video("sprites", 0, None, None)
    plan = plan_made(sprites, Options(preset=preset))
    batch = PAPER_BATCH if preset == "paper" else plan.training.batch_size
    source = MadeClips(sprites, batch, plan.training.clip_length)
    torch.manual_seed(0)
    model = TBA(plan.config, Precision(dtype=DTYPES[dtype]))
    optimizer = torch.optim.Adam(model.parameters())
    steps = [step(model, source, optimizer, number) for number in range(repeats + 1)][1:]
    frames = source.batch_size * source.clip_length
    print(f"\n{preset}, {dtype}, {source.batch_size} x {source.clip_length} frames")
    parts = [watch.milliseconds() for watch in steps]
    totals = [sum(part.values()) for part in parts]
    for name in parts[0]:
        row = [part[name] for part in parts]
        share = 100 * statistics.median(row) / statistics.median(totals)
        print(f"  {name:33} {statistics.median(row):8.1f} ms  {share:5.1f} %")
    speeds = sorted(1000 * frames / total for total in totals)
    print(
        f"  {'frames/s':33} {statistics.median(speeds):8.1f}     "
        f"({speeds[0]:.1f} to {speeds[-1]:.1f})"
    )


def main() -> None:
    """Measure both presets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    low = fastest_dtype(choose_device("cpu"))
    print(f"torch {torch.__version__}, {arguments.threads} threads, low precision: {low}")
    for preset, dtype in (("paper", "float32"), ("paper", low), ("fast", "float32"), ("fast", low)):
        measure(preset, dtype, arguments.repeats)


if __name__ == "__main__":
    main()
