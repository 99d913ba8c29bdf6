"""Constant-velocity Kalman filters of all tracks at once.

A box is centre x, centre y, width, height, in pixels. Motion and noise do not mix these four, so
each is a filter of its own, with two unknowns: its value and its velocity. Of such a filter five
numbers are kept, the *moments*: both means, both variances and the covariance. Five numbers of
four filters of T tracks are one array "T 5 4".

Noise is given in heights of the box, as in Wojke et al. (2017), and in seconds rather than frames,
so that one setting fits every frame rate and frames may come at uneven times.
"""

import numpy as np
from jaxtyping import Float

from animot.association.config import MotionNoise

VALUE, VELOCITY, VARIANCE, COVARIANCE, VELOCITY_VARIANCE = range(5)
HEIGHT = 3  # of the four coordinates
SMALLEST = 1.0  # pixels; no box is predicted smaller, so that noise never vanishes


def start(box: Float[np.ndarray, "N 4"], noise: MotionNoise) -> Float[np.ndarray, "N 5 4"]:
    """Moments of tracks seen for the first time: they stand still, as far as is known."""
    moments = np.zeros((len(box), 5, 4))
    moments[:, VALUE] = box
    moments[:, VARIANCE] = _squared(noise.box, box)
    moments[:, VELOCITY_VARIANCE] = _squared(noise.start_velocity, box)
    return moments


def predict(
    moments: Float[np.ndarray, "T 5 4"], seconds: float, noise: MotionNoise
) -> Float[np.ndarray, "T 5 4"]:
    """Moments after some seconds without a look; in two steps as in one.

    The velocity is a random walk, and the value wanders besides.
    """
    t = seconds
    predicted = moments.copy()
    value, velocity, variance, covariance, velocity_variance = predicted.swapaxes(0, 1)
    value += t * velocity
    # By t * covariance before and after it has grown: 2 t covariance + t^2 velocity_variance.
    variance += t * covariance
    covariance += t * velocity_variance
    variance += t * covariance
    wander, acceleration = noise.position**2, noise.velocity**2
    grown = [wander * t + acceleration * t**3 / 3, acceleration * t**2 / 2, acceleration * t]
    predicted[:, VARIANCE:] += (_squared(1.0, moments[:, VALUE]) * grown)[:, :, None]
    np.maximum(value[:, 2:], SMALLEST, out=value[:, 2:])
    return predicted


def update(
    moments: Float[np.ndarray, "T 5 4"], box: Float[np.ndarray, "T 4"], noise: MotionNoise
) -> Float[np.ndarray, "T 5 4"]:
    """Moments after each track has been seen in its box."""
    updated = moments.copy()
    value, velocity, variance, covariance, velocity_variance = updated.swapaxes(0, 1)
    seen_variance = variance + _squared(noise.box, value)
    gain, velocity_gain = variance / seen_variance, covariance / seen_variance
    surprise = box - value
    value += gain * surprise
    velocity += velocity_gain * surprise
    velocity_variance -= velocity_gain * covariance
    covariance -= gain * covariance
    variance -= gain * variance
    return updated


def squared_distance(
    moments: Float[np.ndarray, "T 5 4"], box: Float[np.ndarray, "N 4"], noise: MotionNoise
) -> Float[np.ndarray, "T N"]:
    """Squared Mahalanobis distance of every box from where each track expects to be seen."""
    value, variance = moments[:, VALUE], moments[:, VARIANCE]
    seen_variance = variance + _squared(noise.box, value)
    surprise = box - value[:, None]  # T N 4
    distance: np.ndarray = (np.square(surprise) / seen_variance[:, None]).sum(axis=2)
    return distance


def _squared(heights: float, box: Float[np.ndarray, "N 4"]) -> Float[np.ndarray, "N 1"]:
    """Variance, in pixels, of a standard deviation in heights of the box."""
    squared: np.ndarray = np.square(heights * np.maximum(box[:, HEIGHT:], SMALLEST))
    return squared
