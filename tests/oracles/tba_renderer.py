"""The renderer and the loss of Tracking-by-Animation, pixel by pixel, as Eqs. 4-9 read.

Slow on purpose, in float64, for one frame. It shares no code with `animot`. Arrays are channel
first; pose = (scale_x, scale_y, shift_x, shift_y) is normalised as in Sec. 2.2.
"""

from math import floor

import numpy as np


def scale_of(pose, eta):
    """(s_x, s_y)."""
    return 1 + eta[0] * pose[0], 1 + eta[1] * pose[1]


def pixel(patch, c, row, column):
    """Value of a patch, 0 outside of it."""
    _, U, V = patch.shape
    return patch[c, row, column] if 0 <= row < U and 0 <= column < V else 0.0


def pixel_looked_up(patch, c, row, column):
    """Value of a patch between its pixels, bilinearly."""
    r, q = floor(row), floor(column)
    below, right = row - r, column - q
    return (
        (1 - below) * (1 - right) * pixel(patch, c, r, q)
        + (1 - below) * right * pixel(patch, c, r, q + 1)
        + below * (1 - right) * pixel(patch, c, r + 1, q)
        + below * right * pixel(patch, c, r + 1, q + 1)
    )


def transform(patch, pose, eta, H, W):
    """Eqs. 4 and 5: each frame pixel looks up its place on the patch, bilinearly.

    The box is s times the patch, its middle is (W/2 * shift_x, H/2 * shift_y) from the middle of
    the frame; a pixel is a unit square, its value belongs to the middle of it.
    """
    C, U, V = patch.shape
    s_x, s_y = scale_of(pose, eta)
    left = W / 2 + W / 2 * pose[2] - s_x * V / 2
    top = H / 2 + H / 2 * pose[3] - s_y * U / 2
    placed = np.zeros((C, H, W))
    for y in range(H):
        for x in range(W):
            row = (y + 0.5 - top) / s_y - 0.5
            column = (x + 0.5 - left) / s_x - 0.5
            for c in range(C):
                placed[c, y, x] = pixel_looked_up(patch, c, row, column)
    return placed


def composite_layers(confidence, layer, placed_mask, placed_appearance):
    """Eqs. 6 and 7: L^m and L^f of every layer."""
    I, K = layer.shape
    _, D, H, W = placed_appearance.shape
    L_m, L_f = np.zeros((K, 1, H, W)), np.zeros((K, D, H, W))
    for k in range(K):
        for y in range(H):
            for x in range(W):
                weights = [confidence[i] * layer[i, k] * placed_mask[i, 0, y, x] for i in range(I)]
                L_m[k, 0, y, x] = min(1.0, sum(weights))
                for d in range(D):
                    L_f[k, d, y, x] = sum(
                        weights[i] * placed_appearance[i, d, y, x] for i in range(I)
                    )
    return L_m, L_f


def composite_frame(background, L_m, L_f):
    """Eq. 8: X-hat^(K)."""
    drawn = np.array(background)
    D, H, W = drawn.shape
    for k in range(len(L_m)):
        for d in range(D):
            for y in range(H):
                for x in range(W):
                    drawn[d, y, x] = (1 - L_m[k, 0, y, x]) * drawn[d, y, x] + L_f[k, d, y, x]
    return drawn


def render(output, background, eta):
    """All of it; `output` names confidence, layer, pose, mask and appearance of I trackers."""
    _, H, W = background.shape
    placed_mask, placed_appearance = (
        np.array(
            [
                transform(patch, pose, eta, H, W)
                for patch, pose in zip(output[name], output["pose"], strict=True)
            ]
        )
        for name in ("mask", "appearance")
    )
    layers = composite_layers(output["confidence"], output["layer"], placed_mask, placed_appearance)
    return composite_frame(background, *layers)


def loss(drawn, frame, pose, ran, eta, weight):
    """Eq. 9; the squared error is summed over pixels and channels (docs/decisions).

    A tracker that did not run emits no box, so it has no term in the second sum.
    """
    error = 0.0
    for value, truth in zip(drawn.flat, frame.flat, strict=True):
        error += (value - truth) ** 2
    tightness = 0.0
    for i in range(len(pose)):
        if ran[i]:
            s_x, s_y = scale_of(pose[i], eta)
            tightness += s_x * s_y
    return error + weight * tightness / len(pose)
