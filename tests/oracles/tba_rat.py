"""One frame of the tracker array, line by line as Fig. 4, lines 8-18, and Sec. 3.3 and 3.4 read.

Slow on purpose, in float64, for one stream. It shares no code with `animot`.
"""

import numpy as np

from oracles.tba_memory import (
    address,
    gru,
    linear_map,
    make_key,
    make_message,
    read,
    sigmoid,
    write,
)


def placement(h, theta_out):
    """Confidence, pose and the last hidden layer of Eq. 3."""
    hidden = h
    for linear in theta_out["hidden"]:
        hidden = np.array([max(0.0, x) for x in linear_map(linear, hidden)])
    raw = linear_map(theta_out["placement"], hidden)
    return sigmoid(raw[0]), np.tanh(raw[1:]), hidden


def look(hidden, theta_out, K, U, V, D):
    """The rest of Eq. 3 with the most likely layer and mask: layer, mask and appearance."""
    layer_logits, mask_logits, raw = np.split(linear_map(theta_out["look"], hidden), [K, K + U * V])
    layer = np.array([float(k == np.argmax(layer_logits)) for k in range(K)])
    mask = np.array([float(x > 0) for x in mask_logits])
    appearance = np.array([sigmoid(x) for x in raw])
    return layer, mask.reshape(1, U, V), appearance.reshape(D, U, V)


def order_of(confidence_before, reprioritize):
    """Trackers in the order of their priorities; the smaller index first where they tie."""
    I = len(confidence_before)
    if not reprioritize:
        return list(range(I))
    return sorted(range(I), key=lambda i: (-confidence_before[i], i))


def frame(C, h_before, confidence_before, theta, *, end_early, memory_write=True, rep=True):
    """Which trackers ran, their states, confidences, poses and attention, and every memory."""
    I = len(h_before)
    h = np.array(h_before)
    confidence, pose = np.zeros(I), np.zeros((I, 4))
    ran, attention, memories = [], [], []
    for i in order_of(confidence_before, rep):
        ran.append(i)
        k, beta = make_key(h_before[i], theta["key"])
        W = address(C, k, beta)
        attention.append(W)
        h[i] = gru(h_before[i], read(C, W), theta["rnn"])
        confidence[i], pose[i], _ = placement(h[i], theta["out"])
        if end_early and confidence_before[i] < 0.5 and confidence[i] < 0.5:
            break
        if memory_write:
            C = write(C, W, *make_message(h[i], theta["wrt"]))
        memories.append(C)
    return {
        "ran": ran,
        "state": h,
        "confidence": confidence,
        "pose": pose,
        "attention": attention,
        "memories": memories,
    }
