"""Phi, cell by cell and track by track, as docs/atttrack.md reads.

It shares no code with `animot`.
A track is a dictionary: centre (x, y), size (w, h), velocity (x, y) in cells, and confidence.
"""

from math import ceil, exp, floor, sqrt


def radius(width, height, overlap=0.7):
    """CornerNet's radius as FairMOT computes it: the smallest of three, cut to a whole number."""
    w, h = ceil(width), ceil(height)
    b1, c1 = h + w, w * h * (1 - overlap) / (1 + overlap)
    b2, c2 = 2 * (h + w), (1 - overlap) * w * h
    a3, b3, c3 = 4 * overlap, -2 * overlap * (h + w), (overlap - 1) * w * h
    roots = [
        (b1 + sqrt(b1**2 - 4 * c1)) / 2,
        (b2 + sqrt(b2**2 - 16 * c2)) / 2,
        (b3 + sqrt(b3**2 - 4 * a3 * c3)) / 2,
    ]
    return max(int(min(roots)), 1)


def moved(track, gap):
    return tuple(p + gap * v for p, v in zip(track["centre"], track["velocity"], strict=True))


def support(track, gap, x, y, kind):
    """G_j at a cell."""
    q = moved(track, gap)
    dx, dy = x - floor(q[0]), y - floor(q[1])
    if dx == dy == 0:
        return 1.0
    if kind == "cell":
        return 0.0
    if kind == "box":
        # As a product of columns and rows, each with at least the centre's.
        w, h = track["size"]
        in_x = abs(x + 0.5 - q[0]) <= w / 2 or dx == 0
        in_y = abs(y + 0.5 - q[1]) <= h / 2 or dy == 0
        return float(in_x and in_y)
    r = radius(*track["size"])
    if abs(dx) > r or abs(dy) > r:
        return 0.0
    return exp(-(dx**2 + dy**2) / (2 * ((2 * r + 1) / 6) ** 2))


def value(key, x, y):
    """A cell's vector, 0 beyond the map."""
    height, width = len(key[0]), len(key[0][0])
    inside = 0 <= x < width and 0 <= y < height
    return [channel[y][x] if inside else 0.0 for channel in key]


def look_up(key, x, y):
    """The map's vector between cells, bilinearly; (0, 0) is the middle of the first."""
    left, top = floor(x), floor(y)
    right_share, bottom_share = x - left, y - top
    corners = [
        (left, top, (1 - right_share) * (1 - bottom_share)),
        (left + 1, top, right_share * (1 - bottom_share)),
        (left, top + 1, (1 - right_share) * bottom_share),
        (left + 1, top + 1, right_share * bottom_share),
    ]
    found = [0.0] * len(key)
    for column, row, share in corners:
        found = [f + share * v for f, v in zip(found, value(key, column, row), strict=True)]
    return found


def carry(key, tracks, gap, kind, sampling):
    """(Phi [S][h][w], W [h][w]) of one image."""
    height, width = len(key[0]), len(key[0][0])
    phi = [[[0.0] * width for _ in range(height)] for _ in key]
    weight = [[0.0] * width for _ in range(height)]
    places = [(track, moved(track, gap)) for track in tracks]
    staying = [t for t, q in places if 0 <= q[0] < width and 0 <= q[1] < height]
    for y in range(height):
        for x in range(width):
            if not staying:
                continue
            best = max(staying, key=lambda t: (support(t, gap, x, y, kind), t["confidence"]))
            weight[y][x] = support(best, gap, x, y, kind)
            q = moved(best, gap)
            if sampling == "nearest":
                back = [floor(a) - floor(p) for a, p in zip(q, best["centre"], strict=True)]
                seen = value(key, x - back[0], y - back[1])
            else:
                seen = look_up(key, x - gap * best["velocity"][0], y - gap * best["velocity"][1])
            for s in range(len(key)):
                phi[s][y][x] = weight[y][x] * seen[s]
    return phi, weight
