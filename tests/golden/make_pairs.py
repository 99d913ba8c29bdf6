"""Make the pairs of ground truth and results in this folder: `python make_pairs.py`.

People walk through a field of view; a made tracker follows them with jitter, misses, identities
that swap or start anew, and false alarms. Everything follows from the seeds. The scores of these
files are made by `score_with_trackeval.py`.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
WIDTH, HEIGHT = 640, 480
DISTRACTOR_CLASSES = [2, 7, 8, 12, 6, 3, 9]


def walk(rng, num_frames):
    """Frames and boxes (left, top, width, height) of one person or thing."""
    first = int(rng.integers(0, num_frames // 2))
    last = int(rng.integers(first + 3, num_frames + 1))
    size = rng.uniform(25, 60) * np.array([1.0, 2.3])
    start = rng.uniform(-20, 1, 2) + rng.uniform(0, 1, 2) * (WIDTH, HEIGHT)
    steps = rng.normal(0, 1.5, 2) + rng.normal(0, 0.7, (last - first, 2))
    left_top = start + np.cumsum(steps, axis=0)
    boxes = np.concatenate([left_top, np.tile(size, (last - first, 1))], axis=1)
    return np.arange(first, last), boxes


def truth_rows(rng, people, things, num_frames):
    """Rows frame, id, box, flag, class of people (class 1) and of other things."""
    rows = []
    for identity in range(1, people + things + 1):
        kind = 1 if identity <= people else DISTRACTOR_CLASSES[identity % len(DISTRACTOR_CLASSES)]
        flag = int(kind == 1 and identity % 6 != 0)
        frames, boxes = walk(rng, num_frames)
        boxes = np.round(boxes, rng.integers(0, 3))
        rows += [
            (int(frame) + 1, identity, *box, flag, kind)
            for frame, box in zip(frames, boxes, strict=True)
        ]
    gap = num_frames // 3
    return [row for row in rows if row[0] not in (gap, gap + 1, num_frames)]


def result_rows(rng, truth, num_frames, jitter):
    """What the made tracker says of the truth."""
    follows = {identity: identity for _, identity, *_ in truth}
    fresh, rows = 100, []
    for frame in range(1, num_frames + 1):
        present = [row for row in truth if row[0] == frame]
        if len(present) > 1 and rng.random() < 0.2:
            one, other = rng.choice(len(present), 2, replace=False)
            a, b = present[one][1], present[other][1]
            follows[a], follows[b] = follows[b], follows[a]
        for _, identity, *box, _, _ in present:
            if rng.random() < 0.03:
                fresh += 1
                follows[identity] = fresh
            if rng.random() < 0.85 and frame % 11 != 0:
                rows.append((frame, follows[identity], *(np.array(box) + rng.normal(0, jitter, 4))))
        if rng.random() < 0.4:
            fresh += 1
            left_top = rng.uniform(0, 1, 2) * (WIDTH, HEIGHT)
            rows.append((frame, fresh, *left_top, *rng.uniform(20, 90, 2)))
    return rows


def tied_rows(num_frames):
    """Truth and result on whole pixels, where many matchings are equally good."""
    truth, result = [], []
    for frame in range(1, num_frames + 1):
        for nth in range(4):
            truth.append((frame, nth + 1, 100 + 10 * nth, 50, 20, 20, 1, 1))
            left = 105 + 10 * nth - 5 * (frame % 2)
            if (frame + nth) % 5:
                result.append((frame, 20 + (nth + frame // 7) % 4, left, 50, 20, 20))
    return truth, result


def write(benchmark, name, truth, result, num_frames, identity="{}"):
    gt = HERE / benchmark / "gt" / name / "gt" / "gt.txt"
    gt.parent.mkdir(parents=True, exist_ok=True)
    tail = ("-1,-1,-1",) if benchmark == "MOT15" else ("{},1.0",)
    lines = []
    for frame, number, *box, flag, kind in truth:
        numbers = ",".join(f"{value:.6g}" for value in box)
        lines.append(f"{frame},{number},{numbers},{flag},{tail[0].format(kind)}\n")
    gt.write_text("".join(lines))
    (gt.parent.parent / "seqinfo.ini").write_text(
        f"[Sequence]\nname={name}\nimDir=img1\nframeRate=25\nseqLength={num_frames}\n"
        f"imWidth={WIDTH}\nimHeight={HEIGHT}\nimExt=.jpg\n"
    )
    lines = []
    for frame, number, *box in result:
        numbers = ",".join(f"{value:.7g}" for value in box)
        lines.append(f"{frame},{identity.format(number)},{numbers},1,-1,-1,-1\n")
    results = HERE / benchmark / "results"
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{name}.txt").write_text("".join(lines))


def pair(seed, people, things, num_frames, jitter):
    rng = np.random.default_rng(seed)
    truth = truth_rows(rng, people, things, num_frames)
    return truth, result_rows(rng, truth, num_frames, jitter)


def main():
    truth, result = pair(15, people=7, things=0, num_frames=41, jitter=2.0)
    write("MOT15", "made-15-loose", truth, result, 41)
    write("MOT15", "made-15-exact", *pair(16, 5, 0, 23, 0.0), 23)
    truth, result = pair(17, people=9, things=8, num_frames=47, jitter=1.5)
    write("MOT17", "made-17-crowd", truth, result, 47, identity="{}.0")
    truth, result = pair(18, people=6, things=14, num_frames=31, jitter=4.0)
    rng = np.random.default_rng(19)
    write("MOT17", "made-17-mixed", truth, [result[i] for i in rng.permutation(len(result))], 31)
    write("MOT17", "made-17-ties", *tied_rows(29), 29)
    write("MOT20", "MOT20-made", *pair(20, people=8, things=15, num_frames=37, jitter=2.0), 37)
    truth, result = pair(21, people=4, things=2, num_frames=13, jitter=1.0)
    write("edge", "made-no-result", truth, [], 13)
    write("edge", "made-one-row", truth, result[:1], 13)
    write("edge", "made-no-truth", [row for row in truth if row[7] != 1], result, 13)


if __name__ == "__main__":
    main()
