"""Which numbers tell, without labels, how well a tracker tracks: found out where there are labels.

    python experiments/quality_estimate.py --steps 600 --every 50 --seed 2 --threads 1

Learns Sprites-MOT and measures on the way what can be known without labels: of one validation
stream, beside MOTA and IDF1 of another, so that nothing agrees because it shows the same frames.
Prints a line per measurement, then Spearman's rank correlation of each number with MOTA and IDF1,
over all measurements and over the later half, in which models differ less.
"""

import argparse
import sys

import numpy as np
import torch
from jaxtyping import Bool
from made_runs import UnseenVideo, prepare
from scipy.stats import spearmanr

from animot.data.split import VALIDATION_STREAMS
from animot.tracks import Tracks
from animot.training.loop import Report

# A track that begins or ends farther than this from the frame's border was broken there: sprites
# appear within 10 pixels of it and are followed after a few frames of 5 pixels each.
BORDER = 30.0
BATCHES = 5


def of_tracks(tracks: Tracks, size: tuple[int, int]) -> dict[str, float]:
    """What tracks say of themselves, in a frame of size (width, height).

    Frames per track; beginnings and ends away from the border, and boxes that lie on another one
    with an IoU of more than 0.5, both per box.
    """
    boxes, tracks_seen = max(len(tracks), 1), max(len(np.unique(tracks.track_id)), 1)
    return {
        "track length": len(tracks) / tracks_seen,
        "broken ends": broken_ends(tracks, size) / boxes,
        "overlapping": overlapping(tracks) / boxes,
    }


def broken_ends(tracks: Tracks, size: tuple[int, int]) -> int:
    """Beginnings and ends of tracks in the middle of the frame and of the video."""
    by_track = np.lexsort((tracks.frame, tracks.track_id))
    ids, frames = tracks.track_id[by_track], tracks.frame[by_track]
    inside = in_the_middle(tracks, size)[by_track]
    change = ids[1:] != ids[:-1]
    begins = np.append(True, change) & inside & (frames > 0)
    ends = np.append(change, True) & inside & (frames < tracks.num_frames - 1)
    return int(begins.sum() + ends.sum())


def in_the_middle(tracks: Tracks, size: tuple[int, int]) -> Bool[np.ndarray, " N"]:
    """Whether the middle of each box is away from the border."""
    middle = (tracks.box[:, :2] + tracks.box[:, 2:]) / 2
    return np.minimum(middle, np.array(size) - middle).min(axis=1) > BORDER


def overlapping(tracks: Tracks) -> int:
    """Boxes that lie on another one of the same frame."""
    count = 0
    for boxes in np.split(tracks.box, np.flatnonzero(np.diff(tracks.frame)) + 1):
        low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
        high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
        common = (high - low).clip(min=0).prod(axis=2)
        area = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        iou = common / (area[:, None] + area[None, :] - common)
        np.fill_diagonal(iou, 0)
        count += int((iou > 0.5).any(axis=1).sum())
    return count


def main() -> None:
    """Learn, measure on the way, and correlate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--every", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    run = prepare("sprites", given.seed)
    labelled, unlabelled = (
        UnseenVideo(run.made, streams=range(last, last + 1), num_frames=given.frames)
        for last in VALIDATION_STREAMS[-2:]
    )
    rows: list[dict[str, float]] = []

    def measure(report: Report) -> None:
        scores = labelled.scores(run)
        row = {name: 100 * float(scores[name]) for name in ("MOTA", "IDF1")}
        row |= run.learner.validate(BATCHES)
        row |= of_tracks(unlabelled.track(run), (run.made.width, run.made.height))
        rows.append(row)
        numbers = "  ".join(f"{name} {value:.3f}" for name, value in row.items())
        sys.stdout.write(f"step {report.step:5}  {numbers}\n")
        sys.stdout.flush()

    run.learn(given.steps, given.every, measure)
    correlate(rows, "all")
    correlate(rows[len(rows) // 2 :], "later half")


def correlate(rows: list[dict[str, float]], which: str) -> None:
    """Print the rank correlation of each number with both scores."""
    sys.stdout.write(
        f"\n{which}, {len(rows)} measurements: rank correlation with MOTA, with IDF1\n"
    )
    for name in rows[0]:
        if name in {"MOTA", "IDF1"}:
            continue
        values = [row[name] for row in rows]
        found = [spearmanr(values, [row[s] for row in rows]).statistic for s in ("MOTA", "IDF1")]
        sys.stdout.write(f"  {name:14} {found[0]:6.2f} {found[1]:6.2f}\n")


if __name__ == "__main__":
    main()
