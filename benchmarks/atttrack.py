"""Time of a frame by teacher and student: network and decoding, batch of 1.

    OMP_NUM_THREADS=1 python benchmarks/atttrack.py [--pairs tiny full] [--repeats 31]

"Helped" is the student with the teacher's features carried along 20 tracks. All take turns in one
run: medians of the repeats, lowest and highest in brackets, and the ratio of the medians, which
decides what every K-th frame by the teacher gains. Costs are multiply-accumulates of convolutions
in one frame.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from animot.atttrack.config import FULL, FULL_DLA, TINY, AttTrackConfig
from animot.atttrack.decode import decode
from animot.atttrack.heads import HeadMaps
from animot.atttrack.map_tracks import to_map
from animot.atttrack.network import OneShotNetwork
from animot.atttrack.student import KeyFrame, Student

PAIRS = {"tiny": TINY, "full": FULL, "full_dla": FULL_DLA}
TRACKS = 20

Look = Callable[[Tensor], HeadMaps]


def key_frame(pair: AttTrackConfig, generator: torch.Generator) -> KeyFrame:
    """Features and tracks of a frame, at random; boxes are a quarter as high as the frame."""
    height, width = pair.frame_size
    corner = torch.rand(1, TRACKS, 2, generator=generator) * torch.tensor([width, height]) * 0.7
    size = torch.tensor([height / 10, height / 4])
    tracks = to_map(
        box=torch.cat([corner, corner + size], dim=-1),
        velocity=4 * torch.rand(1, TRACKS, 2, generator=generator) - 2,
        confidence=torch.rand(1, TRACKS, generator=generator),
        present=torch.ones(1, TRACKS, dtype=torch.bool),
    )
    shape = (1, pair.teacher.feature_size, height // 4, width // 4)
    return KeyFrame(map=torch.rand(shape, generator=generator), tracks=tracks)


def giga_macs(look: Look, frame: Tensor) -> float:
    with FlopCounterMode(display=False) as counter:
        look(frame)
    return counter.get_total_flops() / 2e9


def milliseconds(look: Look, frame: Tensor) -> float:
    begin = time.perf_counter()
    decode(look(frame))
    return 1000 * (time.perf_counter() - begin)


def measure(name: str, pair: AttTrackConfig, repeats: int) -> None:
    generator = torch.Generator().manual_seed(0)
    frame = torch.randint(0, 256, (1, 3, *pair.frame_size), generator=generator, dtype=torch.uint8)
    key, gap = key_frame(pair, generator), torch.tensor([2])
    teacher, student = OneShotNetwork(pair.teacher).eval(), Student(pair).eval()
    looks: dict[str, tuple[torch.nn.Module, Look]] = {
        "teacher": (teacher, teacher),
        "student": (student.network, student.network),
        "student, helped": (student, lambda images: student(images, key, gap)),
    }
    times: dict[str, list[float]] = {role: [] for role in looks}
    for repeat in range(repeats + 1):
        for role, (_, look) in looks.items():
            took = milliseconds(look, frame)
            if repeat > 0:  # the first one warms up
                times[role].append(took)
    medians = {role: statistics.median(times[role]) for role in looks}
    height, width = pair.frame_size
    for role, (module, look) in looks.items():
        size = sum(parameter.numel() for parameter in module.parameters()) / 1e6
        print(
            f"| {name} {role} | {width}x{height} | {size:.2f} | {giga_macs(look, frame):.2f} "
            f"| {medians[role]:.1f} ({min(times[role]):.1f} to {max(times[role]):.1f}) "
            f"| {medians[role] / medians['teacher']:.2f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", nargs="+", choices=PAIRS, default=["tiny"])
    parser.add_argument("--repeats", type=int, default=31)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print("| network | frame | M parameters | GMACs | ms | of the teacher's |")
    print("|---|---|---|---|---|---|")
    with torch.inference_mode():
        for name in arguments.pairs:
            measure(name, PAIRS[name], arguments.repeats)


if __name__ == "__main__":
    main()
