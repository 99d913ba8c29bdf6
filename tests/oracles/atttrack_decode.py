"""Objects out of head maps, cell by cell, as FairMOT reads. It shares no code with `animot`."""

from math import exp, sqrt


def sigmoid(x):
    return 1 / (1 + exp(-x))


def is_peak(scores, y, x):
    """No hotter neighbour among eight."""
    height, width = len(scores), len(scores[0])
    return all(
        scores[j][i] <= scores[y][x]
        for j in range(max(0, y - 1), min(height, y + 2))
        for i in range(max(0, x - 1), min(width, x + 2))
    )


def decode(heat, ltrb, offset, embedding, stride):
    """(score, box, embedding) of every peak of one image, the likeliest first."""
    height, width = len(heat), len(heat[0])
    scores = [[sigmoid(heat[y][x]) for x in range(width)] for y in range(height)]
    found = []
    for y in range(height):
        for x in range(width):
            if not is_peak(scores, y, x):
                continue
            centre_x, centre_y = x + offset[0][y][x], y + offset[1][y][x]
            left, top, right, bottom = (ltrb[side][y][x] for side in range(4))
            edges = centre_x - left, centre_y - top, centre_x + right, centre_y + bottom
            vector = [channel[y][x] for channel in embedding]
            length = sqrt(sum(value**2 for value in vector))
            found.append(
                (scores[y][x], [stride * e for e in edges], [value / length for value in vector])
            )
    return sorted(found, key=lambda one: -one[0])
