"""Learn a real video without labels, track it, and score it where there is truth.

    python experiments/real_video.py pets09 --seeds 1,2,3 --steps 2000 --threads 1
    python experiments/real_video.py tud|cars|person --seeds 1 --steps 1000

The videos are those of $ANIMOT_DATA. Runs and what is tracked stay in runs/real-NAME-SEED, which
goes on where it stopped; there, too, are a sheet of 12 frames to look at, and strips of 8 as the
model redraws them (He et al., 2019, Fig. 7). Scores of each seed are stored as
results/real/NAME-SEED.json; the table, results/real-NAME.md, is written anew after each.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from sheet import draw_sheet
from stored_seeds import Stored, work_through
from whole_run import facts_to_store, learn_whole

import animot
from animot.data.atomic import write_bytes
from animot.metrics.files import evaluate_files, parse_frames
from animot.metrics.table import PAPER_COLUMNS, render_cell, row_of
from animot.report.panel import to_png
from animot.report.progress import ProgressLine
from animot.report.result_files import VIDEO
from animot.report.strips import draw_strips, input_strip
from animot.reproduce.source import commit
from animot.reproduce.tba.replay import strip_of
from animot.saved import Model

# Shown in a strip, and seen before them, so that trackers hold what is there.
STRIP_FRAMES, SEEN_BEFORE = 8, 50
COLUMNS = (*PAPER_COLUMNS, "HOTA")


@dataclass(frozen=True, kw_only=True)
class Video:
    """A video, its truth and the frames that are scored; None and none where there is no truth."""

    path: str
    truth: str | None = None
    frames: tuple[str, ...] = ()


VIDEOS = {
    # Chosen by the first range, reported on the others.
    "pets09": Video(
        path="pets09-s2l1/vtest.avi",
        truth="pets09-s2l1/gt/gt_000001-000530.txt",
        frames=("1-350", "351-530", "1-530"),
    ),
    "tud": Video(path="tud-stadtmitte/img1", truth="tud-stadtmitte/gt/gt.txt", frames=("1-179",)),
    "cars": Video(path="videos/car-detection.mp4"),
    "person": Video(path="videos/one-by-one-person-detection.mp4"),
}
# He et al. (2019), Table 2: DukeMTMC, the easy test, in %.
PRINTED = "82.4 86.1 79.0 79.6 80.4 0.09 1026 46 64002 151483 875 1481"


def run(name: str, seed: int, given: argparse.Namespace, progress: ProgressLine) -> dict[str, Any]:
    """Learn, track and score; what is stored of it."""
    video, data = VIDEOS[name], Path(os.environ["ANIMOT_DATA"])
    folder = Path("runs") / f"real-{name}-{seed}"
    learned_with = commit()
    model = learn_whole(
        data / video.path,
        folder,
        progress,
        steps=given.steps,
        seed=seed,
        threads=given.threads,
    )
    out = folder / "tracked"
    tracks = animot.track(data / video.path, model, out, overwrite=True, on_frame=progress.tracked)
    draw_sheet(out / VIDEO, folder / "sheet.png")
    _write_strips(model, folder / "frames-0" / "frames.npy", folder / "strips.png")
    return {
        **facts_to_store(model, given.steps, learned_with),
        "frames": tracks.num_frames,
        "tracks": len(np.unique(tracks.track_id)),
        "boxes": len(tracks),
        "scores": {frames: _scores(out, data, video, frames) for frames in video.frames},
    }


def _write_strips(model: Model, kept: Path, path: Path) -> None:
    """Frames in the middle of the video, at working size, and what the trackers make of them."""
    frames = np.load(kept, mmap_mode="r")
    start = max(len(frames) // 2 - SEEN_BEFORE, 0)
    seen = np.array(frames[start : start + SEEN_BEFORE + STRIP_FRAMES])
    shown = range(max(len(seen) - STRIP_FRAMES, 0), len(seen))
    strips = [input_strip(seen[shown.start :]), strip_of("redrawn", model, seen, shown)]
    write_bytes(path, to_png(draw_strips(strips)))


def _scores(out: Path, data: Path, video: Video, frames: str) -> dict[str, float]:
    assert video.truth is not None
    found = evaluate_files(out / "tracks.txt", data / video.truth, frames=parse_frames(frames))
    return {key: float(value) for key, value in found.overall.as_dict().items() if "/" not in key}


def table(name: str, found: Sequence[dict[str, Any]]) -> str:
    """The stored seeds in Markdown, with median and worst."""
    title = f"# {name}: {found[0]['steps']:,} steps a seed, {found[0]['threads']} thread"
    body = _scored(name, found) if VIDEOS[name].frames else _counted(found)
    return "\n".join([title, "", "Learned on the very video that is tracked.", *body]) + "\n"


def _counted(found: Sequence[dict[str, Any]]) -> list[str]:
    """What was found where there is no truth."""
    return [
        "",
        "| seed | frames | tracks | boxes | minutes |",
        "|---:|---:|---:|---:|---:|",
        *(
            f"| {one['seed']} | {one['frames']} | {one['tracks']} | {one['boxes']} | "
            f"{one['seconds'] / 60:.0f} |"
            for one in found
        ),
    ]


def _scored(name: str, found: Sequence[dict[str, Any]]) -> list[str]:
    """Scores beside the printed ones."""
    lines = [
        "IoU 0.5, all frames count.",
        "",
        f"| frames, seed | {' | '.join(COLUMNS)} | minutes |",
        f"|---{'|---:' * (len(COLUMNS) + 1)}|",
    ]
    for frames in VIDEOS[name].frames:
        rows = [_row(one["scores"][frames]) for one in found]
        for one, row in zip(found, rows, strict=True):
            minutes = f"{one['seconds'] / 60:.0f}"
            lines.append(_line(f"{frames}, seed {one['seed']}", row, minutes))
        if len(rows) > 1:
            lines.append(_line(f"{frames}, median", _over(rows, median), ""))
            lines.append(_line(f"{frames}, worst", _over(rows, None), ""))
    printed = zip(PAPER_COLUMNS, map(float, PRINTED.split()), strict=True)
    lines.append(_line("DukeMTMC as printed (other data)", dict(printed), ""))
    return lines


LESS_IS_BETTER = {"FAF", "ML", "FP", "FN", "IDS", "Frag"}


def _over(
    rows: Sequence[dict[str, Any]], of: Callable[[list[float]], float] | None
) -> dict[str, Any]:
    """Each column over seeds; None: the worst."""
    return {
        column: (of or (max if column in LESS_IS_BETTER else min))([row[column] for row in rows])
        for column in COLUMNS
    }


def _row(scores: dict[str, float]) -> dict[str, Any]:
    return dict(row_of("", scores)[1])


def _line(title: str, row: dict[str, Any], minutes: str) -> str:
    cells = [render_cell(column, row) for column in COLUMNS]
    return f"| {title} | {' | '.join(cells)} | {minutes} |"


def main() -> None:
    """Do what is not stored yet, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=VIDEOS)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    seeds = map(int, given.seeds.split(","))
    with ProgressLine() as progress:

        def one(seed: int) -> Stored:
            return run(given.name, seed, given, progress)

        work_through("real", given.name, seeds, one, table)


if __name__ == "__main__":
    main()
