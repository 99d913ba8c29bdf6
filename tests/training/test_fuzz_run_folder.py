"""Damaged files of a run's folder: gone on with where no harm is done, else one line."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from animot.data.from_json import from_json
from animot.errors import InputError
from animot.training.run_folder import LOG, SETTINGS, Log, open_run
from animot.video.cache_facts import CacheFacts
from animot.video.clips import FACTS_NAME, FRAMES_NAME, FrameCache

RUN = {"inputs": ["a.mp4"], "fingerprints": ["f0"], "seed": 1, "minutes": 2.5, "size": None}
CACHE = {
    "key": {"format": 1, "source": "f0", "size": [3, 5], "max_frames": 64, "run_frames": 7},
    "index": [0, 1, 2, 7, 8],
    "time": [0.0, 0.04, 0.08, 0.28, 0.32],
}
PIECES = [b"9" * 20, b"-1", b"NaN", b"null", b'"', b"{", b"[" * 3000, b"\xff", b",", b"\n", b"e99"]


def damaged(content: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.randrange(len(content) + 1)
        cut = at + chance.choice([0, 0, 1, 2, 9, len(content)])
        new = chance.choice(
            [b"", chance.choice(PIECES), chance.choice(PIECES), chance.randbytes(2)]
        )
        content = content[:at] + new + content[cut:]
    return content


def open_settings(folder: Path) -> None:
    with open_run(folder, RUN):
        pass
    found = json.loads((folder / SETTINGS).read_bytes())
    assert {name: found.get(name) for name in RUN} == RUN  # not of another run


def open_log(folder: Path) -> None:
    log = Log(folder / LOG, 6)
    log.add(6, {"loss": 1.0})
    log.flush()
    lines = (folder / LOG).read_text().splitlines()
    steps = [json.loads(line)["step"] for line in lines if line.strip()]
    assert steps[-1] == 6
    assert all(float(step) < 6 for step in steps[:-1])


def open_cache(folder: Path) -> None:
    cache = FrameCache.open(folder)
    assert cache.frames.shape[0] == len(cache.index) == len(cache.time) > 0
    assert all(0 <= start < stop <= len(cache) for start, stop in cache.runs)
    assert np.isfinite(cache.time).all()
    assert int(cache.frames.sum()) >= 0  # every page can be read


def prepare(folder: Path) -> None:
    (folder / SETTINGS).write_text(json.dumps(RUN, indent=1))
    (folder / "checkpoint.json").touch()
    (folder / LOG).write_text("".join(f'{{"step": {n}, "loss": 0.{n}}}\n' for n in range(9)))
    (folder / FACTS_NAME).write_text(json.dumps(CACHE))
    np.save(folder / FRAMES_NAME, np.full((5, 3, 5, 3), 7, dtype=np.uint8))


FILES = [
    (SETTINGS, open_settings),
    (LOG, open_log),
    (FACTS_NAME, open_cache),
    (FRAMES_NAME, open_cache),
]


def fuzz(folder: Path, name: str, read: Any, seeds: range) -> None:
    prepare(folder)
    whole = (folder / name).read_bytes()
    refused = 0
    for seed in seeds:
        (folder / name).write_bytes(damaged(whole, random.Random(seed)))
        try:
            read(folder)
            message = None
        except InputError as error:
            message = str(error)
        except Exception as error:
            raise AssertionError(f"case {seed}: {error!r}") from error
        assert message is None or (str(folder) in message and "\n" not in message), seed
        refused += message is not None
    assert refused < len(seeds)
    assert refused > 0 or name == LOG  # a damaged log only loses lines


@pytest.mark.parametrize(("name", "read"), FILES)
def test_some_damaged_files_of_a_run(tmp_path: Path, name: str, read: Any) -> None:
    fuzz(tmp_path, name, read, range(150))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "read"), FILES)
def test_many_damaged_files_of_a_run(tmp_path: Path, name: str, read: Any) -> None:
    fuzz(tmp_path, name, read, range(1000, 3000))


@pytest.mark.parametrize(
    "change",
    [
        {"index": [0, 1, 1, 7, 8]},
        {"index": [0, 1, 2, 7, 2**70]},
        {"index": [-1, 1, 2, 7, 8]},
        {"index": [[0], [1], [2], [7], [8]]},
        {"index": [], "time": []},
        {"time": [0.0, 0.04, 0.02, 0.28, 0.32]},
        {"time": [0.0, 0.04, 0.08, 0.28, float("inf")]},
        {"time": [0.0, 0.04, 0.08, 0.28]},
        {"key": {**CACHE["key"], "size": [5, 3]}},
        {"key": {**CACHE["key"], "size": 3}},
    ],
)
def test_facts_that_do_not_fit_the_frames_are_refused(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    prepare(tmp_path)
    assert from_json(CacheFacts, CACHE).index == (0, 1, 2, 7, 8)
    open_cache(tmp_path)
    (tmp_path / FACTS_NAME).write_text(json.dumps(CACHE | change))
    with pytest.raises(InputError, match="damaged"):
        FrameCache.open(tmp_path)
