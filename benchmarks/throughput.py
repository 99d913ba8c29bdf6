"""Learning on Sprites-MOT: the equations as they read, against ours, in frames per second.

    python benchmarks/throughput.py [--threads 2] [--batch 8] [--repeats 5] [--operators]

`benchmarks/literal.py` and ours learn with the same `paper` network from the same weights; one step
of each way follows the other, so that a busy machine slows all of them alike, and ratios are taken
within a repeat. "start" has untrained weights, "in use" a raised bias of the confidence, with which
all trackers run as they do once objects are found: adaptive computation hides their cost in an
untrained network. `fast` is our preset, in the same batches. Medians over repeats. `--operators`
adds torch's profile of our step in low precision.
"""

import argparse
import statistics
from collections.abc import Callable

import torch
from literal import Literal
from torch.profiler import ProfilerActivity, profile

from animot.data.clips import MadeClips
from animot.data.sprites_mot import SpritesMOT
from animot.device import choose_device
from animot.precision import fastest_dtype
from animot.saved import DTYPES
from animot.tba.config import TBAConfig
from animot.tba.model import TBA, Precision
from animot.tba.pixels import to_tensor
from animot.tba.presets import FAST_SPRITES, PAPER_SPRITES
from training import Stopwatch, step

CLIP_LENGTH = 20
# Added to the confidence before its sigmoid: all trackers are confident, at about 0.95.
IN_USE = 3.0

Step = Callable[[int], Stopwatch]


def made_model(config: TBAConfig, dtype: torch.dtype, bias: float) -> TBA:
    torch.manual_seed(0)
    model = TBA(config, Precision(dtype=dtype))
    with torch.no_grad():
        model.rat.output.placement_layer.bias[0] += bias
    return model


def ours(model: TBA, source: MadeClips) -> Step:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0)  # weights stay: repeats are alike
    return lambda number: step(model, source, optimizer, number)


def literal(model: TBA, source: MadeClips) -> Step:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0)

    def take(number: int) -> Stopwatch:
        watch = Stopwatch()
        clips = watch.time("data", lambda: source.batch(number))
        frames, background = watch.time(
            "to tensors", lambda: (to_tensor(clips.frames), to_tensor(clips.background))
        )
        way = Literal(model)
        generator = torch.Generator().manual_seed(number)
        with (
            watch.watching(way, "features", "features, forward"),
            watch.watching(way, "trackers", "trackers and outputs, forward"),
            watch.watching(way, "compare", "render and loss, forward"),
        ):
            total = way.loss(frames, background, generator)
        watch.time("backward", total.backward)
        watch.time("Adam", optimizer.step)
        optimizer.zero_grad()
        return watch

    return take


def ways(batch: int, low: torch.dtype, bias: float) -> dict[str, Step]:
    source = MadeClips(SpritesMOT(0), batch, CLIP_LENGTH)
    full = torch.float32
    return {
        "literal, float32": literal(made_model(PAPER_SPRITES, full, bias), source),
        "paper, float32": ours(made_model(PAPER_SPRITES, full, bias), source),
        f"paper, {low}": ours(made_model(PAPER_SPRITES, low, bias), source),
        f"fast, {low}": ours(made_model(FAST_SPRITES, low, bias), source),
    }


def measure(name: str, batch: int, low: torch.dtype, bias: float, repeats: int) -> None:
    """Print frames per second, ratios, and milliseconds by component."""
    steps = ways(batch, low, bias)
    found: dict[str, list[dict[str, float]]] = {way: [] for way in steps}
    for repeat in range(repeats + 1):
        for way, take in steps.items():
            watch = take(repeat)
            if repeat > 0:  # the first one loads what there is to load
                found[way].append(watch.milliseconds())
    totals = {way: [sum(parts.values()) for parts in rows] for way, rows in found.items()}
    base = totals["literal, float32"]
    print(f"\n{name}: {batch} x {CLIP_LENGTH} frames\n")
    print("| way | frames/s | times literal (lowest to highest) |\n|---|---|---|")
    for way, row in totals.items():
        speed = statistics.median(1000 * batch * CLIP_LENGTH / total for total in row)
        ratios = sorted(b / total for b, total in zip(base, row, strict=True))
        spread = f"({ratios[0]:.1f} to {ratios[-1]:.1f})"
        print(f"| {way} | {speed:.0f} | {statistics.median(ratios):.1f} {spread} |")
    for way, rows in found.items():
        parts = (f"{part} {statistics.median(r[part] for r in rows):.0f}" for part in rows[0])
        print(f"\n{way}, ms: {'; '.join(parts)}")


def print_operators(batch: int, low: torch.dtype) -> None:
    take = ways(batch, low, IN_USE)[f"paper, {low}"]
    take(0)
    with profile(activities=[ProfilerActivity.CPU]) as found:
        take(1)
    table = found.key_averages()
    whole = sum(row.self_cpu_time_total for row in table)
    print(f"\nOperators of a step of paper, {low}, in use\n")
    print("| operator | share of the time | calls |\n|---|---|---|")
    for row in sorted(table, key=lambda row: -row.self_cpu_time_total)[:15]:
        print(f"| {row.key} | {100 * row.self_cpu_time_total / whole:.1f} % | {row.count} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--operators", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    low = DTYPES[fastest_dtype(choose_device("cpu"))]
    print(f"torch {torch.__version__}, {arguments.threads} threads")
    for name, bias in (("start", 0.0), ("in use", IN_USE)):
        measure(name, arguments.batch, low, bias, arguments.repeats)
    if arguments.operators:
        print_operators(arguments.batch, low)


if __name__ == "__main__":
    main()
