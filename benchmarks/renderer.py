"""Time and memory of placing patches, against a sampling grid over the whole frame.

    OMP_NUM_THREADS=1 python benchmarks/renderer.py [--frames 64] [--repeats 7]

Each way runs in a process of its own, forward and backward, on the same random inputs: medians of
the repeats, and by how much the peak of the process's memory rose. The ways are first compared in
value. Rows: one size of frame and number of trackers, and what is made of them:

placed : mask and appearance of each tracker in a frame of its own (Eqs. 4 and 5).
layers : their sums, layer by layer (Eqs. 6 and 7), multiplied after they are placed, as published.
premultiplied : the same, multiplied before they are placed (docs/departures.md).
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT / "tests"))

from animot.tba.config import TBAConfig  # noqa: E402
from animot.tba.output import TrackerOutput  # noqa: E402
from animot.tba.presets import PAPER_DUKE, PAPER_SPRITES  # noqa: E402
from animot.tba.renderer import composite_layers, place  # noqa: E402
from oracles import tba_sampling_grid  # noqa: E402

Made = tuple[Tensor, ...]

CASES = {
    "sprites": PAPER_SPRITES,
    "sprites, 16 trackers": replace(PAPER_SPRITES, num_trackers=16),
    "duke": PAPER_DUKE,
}


def random_output(config: TBAConfig, frames: int) -> TrackerOutput:
    generator = torch.Generator().manual_seed(0)
    I, K, D = config.num_trackers, config.num_layers, config.frame_channels

    def rand(*shape: int) -> Tensor:
        return torch.rand(frames, I, *shape, generator=generator)

    layer = torch.nn.functional.one_hot((K * rand()).long(), K).float()
    return TrackerOutput(
        confidence=rand(),
        layer=layer,
        pose=2 * rand(4) - 1,
        mask=(rand(1, *config.patch_size) > 0.5).float(),
        appearance=rand(D, *config.patch_size),
        saliency=rand(),
    )


def patches_of(output: TrackerOutput) -> Tensor:
    return torch.cat([output.mask, output.appearance], dim=2).flatten(0, 1)


def grid_placed(output: TrackerOutput, config: TBAConfig) -> Made:
    pose = output.pose.flatten(0, 1)
    placed = tba_sampling_grid.place(
        patches_of(output), pose, config.scale_range, config.frame_size
    )
    return (placed,)


def ours_placed(output: TrackerOutput, config: TBAConfig) -> Made:
    return (place(patches_of(output), output.pose.flatten(0, 1), config),)


def grid_layers(output: TrackerOutput, config: TBAConfig) -> Made:
    summed = tba_sampling_grid.sum_layers(output, config.scale_range, config.frame_size)
    return summed[:, :, :1].clamp(max=1), summed[:, :, 1:]


def premultiplied_layers(output: TrackerOutput, config: TBAConfig) -> Made:
    return composite_layers(output, replace(config, premultiply=True))


WAYS: dict[str, Callable[[TrackerOutput, TBAConfig], Made]] = {
    "placed, sampling grid": grid_placed,
    "placed, ours": ours_placed,
    "layers, sampling grid": grid_layers,
    "layers, ours": composite_layers,
    "layers, ours, premultiplied": premultiplied_layers,
}


def compare(config: TBAConfig) -> None:
    """Stop unless the ways that must agree do."""
    output = random_output(config, 2)
    for what in ("placed", "layers"):
        made = [WAYS[f"{what}, {how}"](output, config) for how in ("sampling grid", "ours")]
        torch.testing.assert_close(*made, atol=1e-4, rtol=1e-4)


def forward_and_backward(way: str, config: TBAConfig, output: TrackerOutput) -> float:
    """Seconds."""
    names = ("confidence", "layer", "pose", "mask", "appearance")
    leaves = {name: getattr(output, name).detach().requires_grad_() for name in names}
    begin = time.perf_counter()
    made = WAYS[way](replace(output, **leaves), config)
    torch.autograd.backward(made, [torch.ones_like(tensor) for tensor in made])
    return time.perf_counter() - begin


def measure(way: str, case: str, frames: int, repeats: int) -> dict[str, float]:
    """Median milliseconds, and megabytes by which the peak of this process's memory rose."""
    config = CASES[case]
    output = random_output(config, frames)
    forward_and_backward(way, config, random_output(config, 1))  # load what there is to load
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = [forward_and_backward(way, config, output) for _ in range(repeats)]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"ms": 1e3 * statistics.median(times), "MB": (after - before) / 1024}


def measure_apart(way: str, case: str, frames: int, repeats: int) -> dict[str, float]:
    """The same in a new process."""
    command = [sys.executable, __file__, "--only", way, case]
    sizes = ["--frames", str(frames), "--repeats", str(repeats)]
    done = subprocess.run([*command, *sizes], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def print_case(case: str, frames: int, repeats: int) -> None:
    config = CASES[case]
    compare(config)
    height, width = config.frame_size
    print(f"\n{case}: {frames} frames of {height}x{width}, {config.num_trackers} trackers")
    print("| way | ms | times faster | peak MB | times smaller |\n|---|---|---|---|---|")
    found = {way: measure_apart(way, case, frames, repeats) for way in WAYS}
    for way, ours in found.items():
        grid = found[f"{way.split(',')[0]}, sampling grid"]
        faster, smaller = (grid[key] / ours[key] for key in ("ms", "MB"))
        print(f"| {way} | {ours['ms']:.0f} | {faster:.1f} | {ours['MB']:.0f} | {smaller:.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", nargs=2, metavar=("WAY", "CASE"), help="as JSON")
    arguments = parser.parse_args()
    if arguments.only:
        way, case = arguments.only
        found = measure(way, case, arguments.frames, arguments.repeats)
        print(json.dumps(found))
        return
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, float32")
    for case in CASES:
        print_case(case, arguments.frames, arguments.repeats)


if __name__ == "__main__":
    main()
