"""Attention and memory of Tracking-by-Animation, number by number, as Eqs. 10-17 read.

Slow on purpose, in float64. It shares no code with `animot`. Vectors and the memory are arrays;
`linear` is a pair (weight, bias). The letters are the paper's.
"""

from math import exp, log, sqrt

import numpy as np


def linear_map(linear, vector):
    weight, bias = linear
    return np.array(
        [
            bias[o] + sum(weight[o, i] * vector[i] for i in range(len(vector)))
            for o in range(len(bias))
        ]
    )


def sigmoid(x):
    return 1 / (1 + exp(-x))


def make_key(h, theta_key):
    """Eqs. 10 and 11: k and beta."""
    raw = linear_map(theta_key, h)
    return raw[:-1], 1 + log(1 + exp(raw[-1]))


def cosine(p, q):
    product = sum(a * b for a, b in zip(p, q, strict=True))
    return product / (sqrt(sum(a * a for a in p)) * sqrt(sum(b * b for b in q)))


def address(C, k, beta):
    """Eq. 12: W."""
    M, N, _ = C.shape
    W = np.zeros((M, N))
    for m in range(M):
        for n in range(N):
            W[m, n] = exp(beta * cosine(k, C[m, n]))
    total = sum(W[m, n] for m in range(M) for n in range(N))
    return W / total


def read(C, W):
    """Eq. 13: r."""
    M, N, S = C.shape
    return np.array(
        [sum(W[m, n] * C[m, n, s] for m in range(M) for n in range(N)) for s in range(S)]
    )


def gru(h, r, theta_rnn):
    """Eq. 14 as a gated recurrent unit, with a bias on either side as PyTorch has it."""
    from_read, from_state = (
        linear_map(linear, x) for linear, x in zip(theta_rnn, (r, h), strict=True)
    )
    R = len(h)
    new = np.zeros(R)
    for i in range(R):
        reset = sigmoid(from_read[i] + from_state[i])
        update = sigmoid(from_read[R + i] + from_state[R + i])
        candidate = np.tanh(from_read[2 * R + i] + reset * from_state[2 * R + i])
        new[i] = (1 - update) * candidate + update * h[i]
    return new


def make_message(h, theta_wrt):
    """Eqs. 15 and 16: e and v."""
    raw = linear_map(theta_wrt, h)
    S = len(raw) // 2
    return np.array([sigmoid(x) for x in raw[:S]]), raw[S:]


def write(C, W, e, v):
    """Eq. 17: the next memory."""
    M, N, S = C.shape
    after = np.zeros_like(C)
    for m in range(M):
        for n in range(N):
            for s in range(S):
                after[m, n, s] = (1 - W[m, n] * e[s]) * C[m, n, s] + W[m, n] * v[s]
    return after
