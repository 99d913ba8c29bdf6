"""Time of a frame by teacher and student: network and decoding, batch of 1.

    OMP_NUM_THREADS=1 python benchmarks/atttrack.py [--pairs tiny full] [--repeats 31]

Teacher and student take turns in one run: medians of the repeats, lowest and highest in brackets,
and the ratio of the medians, which decides what every K-th frame by the teacher gains. Costs are
multiply-accumulates of convolutions in one frame.
"""

import argparse
import statistics
import time

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from animot.atttrack.config import FULL, FULL_DLA, TINY, AttTrackConfig
from animot.atttrack.decode import decode
from animot.atttrack.network import OneShotNetwork

PAIRS = {"tiny": TINY, "full": FULL, "full_dla": FULL_DLA}
ROLES = ("teacher", "student")


def giga_macs(network: OneShotNetwork, frame: Tensor) -> float:
    with FlopCounterMode(display=False) as counter:
        network(frame)
    return counter.get_total_flops() / 2e9


def seconds(network: OneShotNetwork, frame: Tensor) -> float:
    begin = time.perf_counter()
    decode(network(frame))
    return time.perf_counter() - begin


def measure(name: str, pair: AttTrackConfig, repeats: int) -> None:
    networks = {role: OneShotNetwork(getattr(pair, role)).eval() for role in ROLES}
    generator = torch.Generator().manual_seed(0)
    frame = torch.randint(0, 256, (1, 3, *pair.frame_size), generator=generator, dtype=torch.uint8)
    for network in networks.values():
        seconds(network, frame)
    times: dict[str, list[float]] = {role: [] for role in ROLES}
    for _ in range(repeats):
        for role, network in networks.items():
            times[role].append(1000 * seconds(network, frame))
    medians = {role: statistics.median(times[role]) for role in ROLES}
    height, width = pair.frame_size
    for role, network in networks.items():
        size = sum(parameter.numel() for parameter in network.parameters()) / 1e6
        print(
            f"| {name} {role} | {width}x{height} | {size:.2f} | {giga_macs(network, frame):.2f} "
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
