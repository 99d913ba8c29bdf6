"""The feature extractor, number by number: convolution, adaptive max-pooling, ReLU (A.1).

Slow on purpose, in float64, for one frame. It shares no code with `animot`.
"""

from math import ceil, floor

import numpy as np


def with_coordinates(frame):
    """The frame, and the horizontal and the vertical place of each pixel from -1 to 1."""
    D, H, W = frame.shape
    stacked = np.zeros((D + 2, H, W))
    stacked[:D] = frame
    for y in range(H):
        for x in range(W):
            stacked[D, y, x] = -1 + 2 * x / (W - 1)
            stacked[D + 1, y, x] = -1 + 2 * y / (H - 1)
    return stacked


def convolution(image, weight, bias):
    """Stride 1; zeros around the image keep its size."""
    C, H, W = image.shape
    out_channels, _, height, width = weight.shape
    padded = np.zeros((C, H + height - 1, W + width - 1))
    padded[:, height // 2 : height // 2 + H, width // 2 : width // 2 + W] = image
    result = np.zeros((out_channels, H, W))
    for o in range(out_channels):
        for y in range(H):
            for x in range(W):
                seen = padded[:, y : y + height, x : x + width]
                result[o, y, x] = bias[o] + (weight[o] * seen).sum()
    return result


def adaptive_max_pool(image, size):
    C, H, W = image.shape
    M, N = size
    pooled = np.zeros((C, M, N))
    for m in range(M):
        rows = slice(floor(m * H / M), ceil((m + 1) * H / M))
        for n in range(N):
            columns = slice(floor(n * W / N), ceil((n + 1) * W / N))
            for c in range(C):
                pooled[c, m, n] = image[c, rows, columns].max()
    return pooled


def extract(frame, theta_feat, sizes):
    """Eq. 1: C, features last. `theta_feat` has a (weight, bias) per layer."""
    image = with_coordinates(frame)
    for (weight, bias), size in zip(theta_feat, sizes, strict=True):
        image = convolution(image, weight, bias)
        if size is not None:
            image = adaptive_max_pool(image, size)
        image = np.where(image > 0, image, 0.0)
    return np.moveaxis(image, 0, -1)
