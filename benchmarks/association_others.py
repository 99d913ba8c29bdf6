"""The work of `association.py` done by the trackers package; started by it, in its environment.

Make that environment once, apart from ours (it brings its own build of OpenCV):

    python -m venv ENV && ENV/bin/pip install trackers

Arguments: folder for results, then for each sequence NAME:FRAMES:FPS:DETECTIONS. Every tracker has
the package's defaults but for the frame rate. Prints one line of JSON: updates a second.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import supervision as sv
import trackers

KINDS = {
    "SORT": trackers.SORTTracker,
    "ByteTrack": trackers.ByteTrackTracker,
    "OC-SORT": trackers.OCSORTTracker,
    "C-BIoU": trackers.CBIoUTracker,
}


def read(path, num_frames):
    rows = np.loadtxt(path, delimiter=",")
    boxes = rows[:, 2:6] - np.array([1, 1, 0, 0])
    boxes[:, 2:] += boxes[:, :2]
    frames = []
    for frame in range(1, num_frames + 1):
        here = rows[:, 0] == frame
        frames.append(
            sv.Detections(
                xyxy=boxes[here],
                confidence=rows[here, 6],
                class_id=np.zeros(here.sum(), dtype=int),
            )
        )
    return frames


def lines(frame, found):
    for box, track_id in zip(found.xyxy, found.tracker_id, strict=True):
        if track_id >= 0:  # -1: not confirmed yet
            left, top, right, bottom = box
            yield (
                f"{frame},{track_id + 1},{left + 1:.3f},{top + 1:.3f},"
                f"{right - left:.3f},{bottom - top:.3f},1,-1,-1,-1\n"
            )


def main():
    out, sequences = Path(sys.argv[1]), [word.split(":", 3) for word in sys.argv[2:]]
    parsed = [(name, float(fps), read(path, int(count))) for name, count, fps, path in sequences]
    speeds = {}
    for kind, make in KINDS.items():
        folder = out / kind
        folder.mkdir()
        seconds, updates = 0.0, 0
        for name, fps, frames in parsed:
            tracker = make(frame_rate=fps)
            start = time.process_time()
            found = [tracker.update(detections) for detections in frames]
            if name.startswith("MOT17"):
                seconds += time.process_time() - start
                updates += len(frames)
            text = "".join(line for n, one in enumerate(found, 1) for line in lines(n, one))
            (folder / f"{name}.txt").write_text(text)
        speeds[kind] = updates / seconds
    print(json.dumps({"version": version("trackers"), "updates_per_second": speeds}))


if __name__ == "__main__":
    main()
