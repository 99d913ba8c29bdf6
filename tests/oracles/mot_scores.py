"""CLEAR, identity and HOTA scores, box by box and frame by frame, as their definitions read.

Slow on purpose. It shares no code with `animot.metrics`; its only tool is the assignment solver.
A frame is a pair of dictionaries, truth and tracks, from identity to (left, top, right, bottom).
"""

from collections import Counter

import numpy as np
from scipy.optimize import linear_sum_assignment

EPS = np.finfo(float).eps


def frames_of(truth, tracks):
    """Frames of two `Tracks`."""
    count = max(truth.num_frames, tracks.num_frames)
    frames = [({}, {}) for _ in range(count)]
    for side, boxes in enumerate((truth, tracks)):
        for frame, identity, box in zip(boxes.frame, boxes.track_id, boxes.box, strict=True):
            frames[frame][side][int(identity)] = tuple(map(float, box))
    return frames


def overlap(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def overlaps(truth, tracks):
    return {
        (g, t): overlap(truth_box, track_box)
        for g, truth_box in truth.items()
        for t, track_box in tracks.items()
    }


def best_pairs(truth, tracks, score):
    """Pairs of the one-to-one matching of highest total score, those of score 0 left out."""
    matrix = np.array([[score[g, t] for t in tracks] for g in truth]).reshape(
        len(truth), len(tracks)
    )
    rows, columns = linear_sum_assignment(-matrix)
    names = list(truth), list(tracks)
    pairs = [(names[0][r], names[1][c]) for r, c in zip(rows, columns, strict=True)]
    return [pair for pair in pairs if score[pair] > 0]


def without_distractors(frames, classes, counts, distractors):
    """MOTChallenge preprocessing; classes and counts are dictionaries from (frame, identity)."""
    kept = []
    for number, (truth, tracks) in enumerate(frames):
        iou = overlaps(truth, tracks)
        score = {pair: value if value >= 0.5 - EPS else 0.0 for pair, value in iou.items()}
        pairs = best_pairs(truth, tracks, score)
        gone = {t for g, t in pairs if classes[number, g] in distractors}
        kept.append(
            (
                {
                    g: box
                    for g, box in truth.items()
                    if counts[number, g] and classes[number, g] == 1
                },
                {t: box for t, box in tracks.items() if t not in gone},
            )
        )
    return kept


def clear_scores(frames, threshold):
    tp = fp = fn = switches = 0
    iou_sum = 0.0
    present, matched, pieces = Counter(), Counter(), Counter()
    last_partner, previous_frame = {}, {}
    for truth, tracks in frames:
        present.update(list(truth))
        if not truth or not tracks:
            fp, fn = fp + len(tracks), fn + len(truth)
            continue
        iou = overlaps(truth, tracks)
        score = {
            (g, t): value + 1000 * (previous_frame.get(g) == t) if value >= threshold - EPS else 0
            for (g, t), value in iou.items()
        }
        pairs = best_pairs(truth, tracks, score)
        for g, t in pairs:
            tp += 1
            iou_sum += iou[g, t]
            matched[g] += 1
            switches += g in last_partner and last_partner[g] != t
            pieces[g] += g not in previous_frame
            last_partner[g] = t
        fp, fn = fp + len(tracks) - len(pairs), fn + len(truth) - len(pairs)
        previous_frame = dict(pairs)
    shares = [matched[g] / present[g] for g in present]
    truths = max(1, tp + fn)
    return {
        "CLR_TP": tp,
        "CLR_FP": fp,
        "CLR_FN": fn,
        "IDSW": switches,
        "Frag": sum(count - 1 for count in pieces.values()),
        "MT": sum(share > 0.8 for share in shares),
        "PT": sum(0.2 <= share <= 0.8 for share in shares),
        "ML": sum(share < 0.2 for share in shares),
        "MOTA": (tp - fp - switches) / truths,
        "MODA": (tp - fp) / truths,
        "MOTP": iou_sum / max(1, tp),
        "CLR_Re": tp / truths,
        "CLR_Pr": tp / max(1, tp + fp),
        "FP_per_frame": fp / max(1, len(frames)),
    }


def identity_scores(frames, threshold):
    truth_length, track_length, shared = Counter(), Counter(), Counter()
    for truth, tracks in frames:
        truth_length.update(list(truth))
        track_length.update(list(tracks))
        shared.update(pair for pair, iou in overlaps(truth, tracks).items() if iou >= threshold)
    g_total, t_total = truth_length.total(), track_length.total()
    pairs = best_pairs(truth_length, track_length, shared)  # a Counter gives 0 for what it lacks
    tp = sum(shared[pair] for pair in pairs)
    return {
        "IDTP": tp,
        "IDFN": g_total - tp,
        "IDFP": t_total - tp,
        "IDR": tp / max(1, g_total),
        "IDP": tp / max(1, t_total),
        "IDF1": 2 * tp / max(2, g_total + t_total),
    }


def hota_scores(frames):
    truth_length, track_length, together = Counter(), Counter(), Counter()
    for truth, tracks in frames:
        truth_length.update(list(truth))
        track_length.update(list(tracks))
        iou = overlaps(truth, tracks)
        for (g, t), value in iou.items():
            rivals = sum(iou[g, other] for other in tracks) + sum(iou[other, t] for other in truth)
            if value > 0:
                together[g, t] += value / (rivals - value)
    hits = []  # pairs and their IoU
    for truth, tracks in frames:
        iou = overlaps(truth, tracks)
        score = {
            (g, t): value * together[g, t] / (truth_length[g] + track_length[t] - together[g, t])
            for (g, t), value in iou.items()
        }
        hits += [(pair, iou[pair]) for pair in best_pairs(truth, tracks, score)]
    alphas = np.arange(0.05, 0.99, 0.05)
    rows = [
        hota_at([hit for hit in hits if hit[1] >= alpha - EPS], truth_length, track_length)
        for alpha in alphas
    ]
    means = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    return means | {"HOTA(0)": rows[0]["HOTA"], "LocA(0)": rows[0]["LocA"]}


def hota_at(hits, truth_length, track_length):
    tp, g_total, t_total = len(hits), truth_length.total(), track_length.total()
    together = Counter(pair for pair, _ in hits)
    association, recall, precision = [], [], []
    for (g, t), _ in hits:  # one term for each matched pair of boxes, as in the paper
        c = together[g, t]
        association.append(c / (truth_length[g] + track_length[t] - c))
        recall.append(c / truth_length[g])
        precision.append(c / track_length[t])
    det_a = tp / max(1, g_total + t_total - tp)
    ass_a = sum(association) / max(1, tp)
    return {
        "HOTA": (det_a * ass_a) ** 0.5,
        "DetA": det_a,
        "AssA": ass_a,
        "DetRe": tp / max(1, g_total),
        "DetPr": tp / max(1, t_total),
        "AssRe": sum(recall) / max(1, tp),
        "AssPr": sum(precision) / max(1, tp),
        "LocA": sum(iou for _, iou in hits) / tp if tp else 1.0,
    }


def all_scores(frames, threshold=0.5):
    return (
        hota_scores(frames) | clear_scores(frames, threshold) | identity_scores(frames, threshold)
    )
