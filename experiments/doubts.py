"""How often the moments that report.html says to check first are those where the tracker errs.

    python experiments/doubts.py out/tracks.txt gt.txt --size 768x576 --fps 7

Needs ground truth, which the moments themselves do not see. A moment is worth a look where, within
half a second, its track takes another object, or another track takes its object. Prints the part
of the first moments that are, beside the same for as many boxes drawn at random, and how many of
all such errors the first moments show.
"""

import argparse
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Int

from animot.data.mot import read_tracks, read_truth
from animot.metrics.matching import match
from animot.metrics.overlap import compare
from animot.report.track_rows import rows_of_tracks
from animot.report.uncertainty import TOGETHER_SECONDS, find_doubts, moments_of
from animot.tracks import Tracks

LEAST_IOU = 0.5
FIRST = (10, 20, 50, 100)
DRAWS = 1000


def errors_of(tracks: Tracks, truth: Tracks) -> Int[np.ndarray, "E 2"]:
    """(frame, track_id) at each exchange: before and after it, of tracks and of objects."""
    comparison = compare(truth, tracks)
    score = np.where(comparison.pair_iou >= LEAST_IOU, comparison.pair_iou, 0.0)
    matched = match(comparison, score)
    truth_row, track_row = comparison.pair_truth[matched], comparison.pair_track[matched]
    of_object = _changes(truth.track_id[truth_row], tracks.track_id[track_row], track_row)
    of_track = _changes(tracks.track_id[track_row], truth.track_id[truth_row], track_row)
    rows = np.unique(np.concatenate([of_object, of_track]))
    return np.stack([tracks.frame[rows], tracks.track_id[rows]], axis=1)


def _changes(
    owner: Int[np.ndarray, " P"], partner: Int[np.ndarray, " P"], row: Int[np.ndarray, " P"]
) -> Int[np.ndarray, " R"]:
    """Rows of tracks before and after each change of an owner's partner; pairs are in time."""
    order = np.argsort(owner, kind="stable")
    changed = (np.diff(owner[order]) == 0) & (np.diff(partner[order]) != 0)
    before = np.flatnonzero(changed)
    return np.concatenate([row[order[before]], row[order[before + 1]]])


def near(
    places: Int[np.ndarray, "K 2"], errors: Int[np.ndarray, "E 2"], within: float
) -> Bool[np.ndarray, "K E"]:
    """Which places are about the track of which error, and close in time."""
    close = np.abs(places[:, None, 0] - errors[None, :, 0]) <= within
    shown: np.ndarray = close & (places[:, None, 1] == errors[None, :, 1])
    return shown


def main() -> None:
    """Print how the moments of a file of tracks compare with its errors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tracks")
    parser.add_argument("truth")
    parser.add_argument("--size", required=True, help="WIDTHxHEIGHT of the frames")
    parser.add_argument("--fps", type=float, required=True)
    parser.add_argument("--frames", type=int, help="only the first so many")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    tracks, truth = read_tracks(options.tracks), read_truth(options.truth).tracks
    if options.frames:
        tracks, truth = (each.between(0, options.frames - 1) for each in (tracks, truth))
    tracks = replace(tracks, num_frames=max(tracks.num_frames, truth.num_frames))
    errors = errors_of(tracks, truth)
    doubts = find_doubts(tracks, rows_of_tracks(tracks), (height, width), options.fps)
    moments = np.array([(each.frame, each.track_id) for each in moments_of(doubts, options.fps)])
    within = TOGETHER_SECONDS * options.fps
    boxes = np.stack([tracks.frame, tracks.track_id], axis=1)
    drawn = boxes[np.random.default_rng(0).integers(len(boxes), size=DRAWS)]
    chance = near(drawn, errors, within).any(axis=1).mean()
    hits = near(moments, errors, within)
    print(f"{len(moments)} moments, {len(errors)} errors, {100 * chance:.0f} % by chance")  # noqa: T201
    for first in (*(k for k in FIRST if k < len(moments)), len(moments)):
        worth = hits[:first].any(axis=1).mean()
        found = hits[:first].any(axis=0).mean() if len(errors) else float("nan")
        print(f"first {first}: {100 * worth:.0f} % worth a look, {100 * found:.0f} % of errors")  # noqa: T201


if __name__ == "__main__":
    main()
