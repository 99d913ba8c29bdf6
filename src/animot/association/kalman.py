"""Constant-velocity Kalman filters of all tracks at once.

A box is centre x, centre y, width, height, in pixels. Motion and noise do not mix these four, so
each is a filter of its own, with two unknowns: its value and its velocity. Of such a filter five
numbers are kept, the *moments*: both means, both variances and the covariance. Five numbers of
four filters of T tracks are one array "T 5 4".

Noise is given in heights of the box, as in Wojke et al. (2017), and in seconds rather than frames,
so that one setting fits every frame rate and frames may come at uneven times.
"""

import numpy as np
from jaxtyping import Bool, Float

from animot.association.config import MotionNoise

VALUE, VELOCITY, VARIANCE, COVARIANCE, VELOCITY_VARIANCE = range(5)
HEIGHT = 3  # of the four coordinates
SMALLEST = 1.0  # pixels; no box is predicted smaller, so that noise never vanishes


def start(box: Float[np.ndarray, "N 4"], noise: MotionNoise) -> Float[np.ndarray, "N 5 4"]:
    """Moments of tracks seen for the first time: they stand still, as far as is known."""
    moments = np.zeros((len(box), 5, 4))
    moments[:, VALUE] = box
    moments[:, VARIANCE] = _squared(noise.box, box.T)[:, None]
    moments[:, VELOCITY_VARIANCE] = _squared(noise.start_velocity, box.T)[:, None]
    return moments


def predict(
    moments: Float[np.ndarray, "T 5 4"], seconds: float, noise: MotionNoise
) -> Float[np.ndarray, "T 5 4"]:
    """Moments after some seconds without a look; in two steps as in one.

    The velocity is a random walk, and the value wanders besides.
    """
    t = seconds
    value, velocity, variance, covariance, velocity_variance = predicted = _by_kind(moments)
    height_variance = _squared(1.0, value)
    value += t * velocity
    # By t * covariance before and after it has grown: 2 t covariance + t^2 velocity_variance.
    variance += t * covariance
    covariance += t * velocity_variance
    variance += t * covariance
    wander, acceleration = noise.position**2, noise.velocity**2
    variance += (wander * t + acceleration * t**3 / 3) * height_variance
    covariance += (acceleration * t**2 / 2) * height_variance
    velocity_variance += acceleration * t * height_variance
    np.maximum(value[2:], SMALLEST, out=value[2:])
    return _by_track(predicted)


def update(
    moments: Float[np.ndarray, "T 5 4"],
    box: Float[np.ndarray, "T 4"],
    clear: Bool[np.ndarray, " T"],
    noise: MotionNoise,
) -> Float[np.ndarray, "T 5 4"]:
    """Moments after each track has been seen in its box.

    Where the sight was not clear, the box says where the track is and nothing of its velocity
    (Schmidt, 1966: the velocity is considered, not estimated).
    """
    value, velocity, variance, covariance, velocity_variance = updated = _by_kind(moments)
    seen_variance = variance + _squared(noise.box, value)
    gain, velocity_gain = variance / seen_variance, clear * covariance / seen_variance
    surprise = box.T - value
    value += gain * surprise
    velocity += velocity_gain * surprise
    velocity_variance -= velocity_gain * covariance
    covariance -= gain * covariance
    variance -= gain * variance
    return _by_track(updated)


def squared_distance(
    moments: Float[np.ndarray, "T 5 4"], box: Float[np.ndarray, "N 4"], noise: MotionNoise
) -> Float[np.ndarray, "T N"]:
    """Squared Mahalanobis distance of every box from where each track expects to be seen."""
    value, variance = moments[:, VALUE], moments[:, VARIANCE]
    seen_variance = variance + _squared(noise.box, value.T)[:, None]
    surprise = box - value[:, None]  # T N 4
    distance: np.ndarray = (np.square(surprise) / seen_variance[:, None]).sum(axis=2)
    return distance


def _squared(heights: float, box: Float[np.ndarray, "4 N"]) -> Float[np.ndarray, " N"]:
    """Variance, in pixels, of a standard deviation in heights of the box."""
    squared: np.ndarray = np.square(heights * np.maximum(box[HEIGHT], SMALLEST))
    return squared


def _by_kind(moments: Float[np.ndarray, "T 5 4"]) -> Float[np.ndarray, "5 4 T"]:
    """Copy in which the tracks lie side by side: NumPy is twice as fast on long rows as on four."""
    return moments.transpose(1, 2, 0).copy()


def _by_track(moments: Float[np.ndarray, "5 4 T"]) -> Float[np.ndarray, "T 5 4"]:
    return np.ascontiguousarray(moments.transpose(2, 0, 1))
