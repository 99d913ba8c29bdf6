"""Processes that learn together, started as `torchrun` does."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np

from animot.video.writer import VideoWriter


def environment(rank: int, size: int, port: int) -> dict[str, str]:
    """What `torchrun` tells a process."""
    return {
        "RANK": str(rank),
        "WORLD_SIZE": str(size),
        "LOCAL_RANK": str(rank),
        "LOCAL_WORLD_SIZE": str(size),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
    }


def start(size: int, code: str, *arguments: str) -> list[subprocess.Popen[str]]:
    """So many processes that run the same code."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    return [
        subprocess.Popen(
            command,
            env=os.environ | environment(rank, size, port),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(size)
    ]


def finish(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    """Exit code, output and errors of each."""
    try:
        said = [process.communicate(timeout=120) for process in processes]
    finally:
        for process in processes:
            process.kill()
    return [(p.returncode, out, err) for p, (out, err) in zip(processes, said, strict=True)]


def write_video(path: Path) -> None:
    """A bright square that crosses a textured scene."""
    scene = np.random.default_rng(0).integers(60, 90, (64, 96, 3), dtype=np.uint8)
    with VideoWriter(path, 10.0) as writer:
        for t in range(40):
            frame = scene.copy()
            frame[20:32, 2 * t : 2 * t + 10] = (240, 200, 30)
            writer.write(frame)
