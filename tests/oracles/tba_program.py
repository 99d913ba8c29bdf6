"""One frame as the authors' program has it where it leaves the paper, number by number.

Slow on purpose, in float64, for one stream. It shares no code with `animot`. What the paper has,
too, is taken from the other oracles.
"""

from math import log, sqrt

import numpy as np

from oracles.tba_memory import (
    address,
    gru,
    linear_map,
    make_key,
    make_message,
    read,
    write,
)
from oracles.tba_renderer import composite_frame, pixel_looked_up


def placement(h, theta_out, margin, patch_size, frame_size):
    """|tanh| confidence; scale and aspect as they are; the shift turned round and reined in."""
    hidden = h
    for linear in theta_out["hidden"]:
        hidden = np.array([max(0.0, x) for x in linear_map(linear, hidden)])
    raw = linear_map(theta_out["placement"], hidden)
    scale, aspect, x, y = np.tanh(raw[1:])
    (U, V), (H, W) = patch_size, frame_size
    return abs(np.tanh(raw[0])), [
        scale,
        aspect,
        -(1 - margin * V / W) * x,
        -(1 - margin * U / H) * y,
    ]


def order_of(confidence_before):
    """By rounded confidence less a ten-thousandth of the index."""
    return sorted(
        range(len(confidence_before)), key=lambda i: -(round(confidence_before[i]) - i * 0.0001)
    )


def frame(C, h_before, confidence_before, theta, margin, patch_size, frame_size):
    """All trackers run and write; those after the first idle one are masked in the end."""
    I = len(h_before)
    h, confidence, pose = np.array(h_before), np.zeros(I), np.zeros((I, 4))
    order = order_of(confidence_before)
    for i in order:
        k, beta = make_key(h_before[i], theta["key"])
        W = address(C, k, beta)
        h[i] = gru(h_before[i], read(C, W), theta["rnn"])
        confidence[i], pose[i] = placement(h[i], theta["out"], margin, patch_size, frame_size)
        C = write(C, W, *make_message(h[i], theta["wrt"]))
    ended, ran = False, []
    for i in order:
        if ended:
            h[i], confidence[i], pose[i] = h_before[i], 0, 0
            continue
        ran.append(i)
        ended = round(confidence_before[i]) + round(confidence[i]) < 0.5
    return {"state": h, "confidence": confidence, "pose": pose, "ran": ran}


def box_of(pose, zeta, patch_size):
    """Height and width of a box in pixels, and its area in patches."""
    zeta_s, zeta_r0, zeta_r1 = zeta
    scale = 1 + zeta_s * pose[0]
    r = zeta_r0 + zeta_r1 * pose[1]
    U, V = patch_size
    return U * scale * sqrt(r), V * scale / sqrt(r), scale**2


def render(output, background, zeta):
    """Mask times appearance times confidence, then placed, then summed layer by layer."""
    I, K = output["layer"].shape
    D, H, W = background.shape
    L_m, L_f = np.zeros((K, 1, H, W)), np.zeros((K, D, H, W))
    for i in range(I):
        mask = output["confidence"][i] * output["mask"][i]
        content = np.concatenate([mask, mask * output["appearance"][i]])
        _, U, V = content.shape
        h, w, _ = box_of(output["pose"][i], zeta, (U, V))
        top = H / 2 + H / 2 * output["pose"][i][3] - h / 2
        left = W / 2 + W / 2 * output["pose"][i][2] - w / 2
        for y in range(H):
            for x in range(W):
                row, column = (y + 0.5 - top) * U / h - 0.5, (x + 0.5 - left) * V / w - 0.5
                seen = [pixel_looked_up(content, c, row, column) for c in range(1 + D)]
                for k in range(K):
                    L_m[k, 0, y, x] += output["layer"][i, k] * seen[0]
                    for d in range(D):
                        L_f[k, d, y, x] += output["layer"][i, k] * seen[1 + d]
    return composite_frame(background, np.minimum(L_m, 1), L_f)


def entropy(y):
    """Of a confidence."""
    return -(y * log(y) if y > 0 else 0) - ((1 - y) * log(1 - y) if y < 1 else 0)


def loss(output, drawn, frame, background, zeta, weights):
    """All of it, for one frame; `weights` names the terms. Masked trackers add nothing."""
    error = difference = 0.0
    for value, truth, behind in zip(drawn.flat, frame.flat, background.flat, strict=True):
        error += (value - truth) ** 2
        difference += (abs(value - behind) - abs(truth - behind)) ** 2
    I = len(output["confidence"])
    ran = [i for i in range(I) if output["confidence"][i] > 0]
    tightness = sum(box_of(output["pose"][i], zeta, (1, 1))[2] for i in ran) / I
    faint = sum(max(0.0, weights["least"] - output["appearance"][i].sum()) for i in ran)
    return (
        error
        + weights["difference"] * difference
        + weights["tightness"] * tightness
        + weights["entropy"] * sum(entropy(y) for y in output["confidence"])
        + weights["appearance"] * faint
    )
