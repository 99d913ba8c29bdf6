import numpy as np
import pytest

from animot.association import kalman
from animot.association.config import MotionNoise

NOISE = MotionNoise(box=0.07, position=0.31, velocity=0.83, start_velocity=1.3)
T, FRAMES = 3, 7
CLEAR = np.ones(T, dtype=bool)


class OneTrack:
    """The textbook filter with its eight-dimensional matrices, for one track."""

    observe = np.eye(4, 8)

    def __init__(self, box):
        height = box[3]
        self.mean = np.concatenate([box, np.zeros(4)])
        seen, still = (NOISE.box * height) ** 2, (NOISE.start_velocity * height) ** 2
        self.covariance = np.diag([seen] * 4 + [still] * 4)

    def predict(self, t):
        move = np.eye(8)
        move[:4, 4:] = t * np.eye(4)
        height = self.mean[3]
        shake = (NOISE.velocity * height) ** 2
        noise = np.zeros((8, 8))
        for axis in range(4):
            noise[axis, axis] = (NOISE.position * height) ** 2 * t + shake * t**3 / 3
            noise[axis, axis + 4] = noise[axis + 4, axis] = shake * t**2 / 2
            noise[axis + 4, axis + 4] = shake * t
        self.mean = move @ self.mean
        self.mean[2:4] = np.maximum(self.mean[2:4], 1)  # no box is below a pixel
        self.covariance = move @ self.covariance @ move.T + noise

    @property
    def seen_covariance(self):
        noise = np.eye(4) * (NOISE.box * self.mean[3]) ** 2
        return self.observe @ self.covariance @ self.observe.T + noise

    def update(self, box, clear):
        gain = self.covariance @ self.observe.T @ np.linalg.inv(self.seen_covariance)
        if not clear:  # Schmidt's filter: no gain for what is only considered
            gain[4:] = 0
        noise = self.seen_covariance - self.observe @ self.covariance @ self.observe.T
        self.mean = self.mean + gain @ (box - self.mean[:4])
        rest = np.eye(8) - gain @ self.observe  # Joseph's form, which is true for any gain
        self.covariance = rest @ self.covariance @ rest.T + gain @ noise @ gain.T

    def squared_distance(self, box):
        surprise = box - self.mean[:4]
        return surprise @ np.linalg.inv(self.seen_covariance) @ surprise

    def moments(self):
        axes = range(4)
        return np.array(
            [
                self.mean[:4],
                self.mean[4:],
                [self.covariance[i, i] for i in axes],
                [self.covariance[i, i + 4] for i in axes],
                [self.covariance[i + 4, i + 4] for i in axes],
            ]
        )


def boxes(rng, count):
    return np.concatenate([rng.uniform(50, 900, (count, 2)), rng.uniform(20, 90, (count, 2))], 1)


def test_all_tracks_at_once_equal_one_by_one():
    rng = np.random.default_rng(5)
    first = boxes(rng, T)
    moments, tracks = kalman.start(first, NOISE), [OneTrack(box) for box in first]
    for _ in range(FRAMES):
        seconds = float(rng.uniform(0, 0.6))
        moments = kalman.predict(moments, seconds, NOISE)
        for track in tracks:
            track.predict(seconds)
        np.testing.assert_allclose(moments, [track.moments() for track in tracks], rtol=1e-9)
        asked = boxes(rng, 5)
        np.testing.assert_allclose(
            kalman.squared_distance(moments, asked, NOISE),
            [[track.squared_distance(box) for box in asked] for track in tracks],
            rtol=1e-9,
        )
        seen = moments[:, kalman.VALUE] + rng.normal(0, 4, (T, 4))
        clear = rng.random(T) < 0.6
        moments = kalman.update(moments, seen, clear, NOISE)
        for track, box, is_clear in zip(tracks, seen, clear, strict=True):
            track.update(box, is_clear)
        np.testing.assert_allclose(moments, [track.moments() for track in tracks], rtol=1e-9)


def test_covariances_are_those_of_one_step_after_two():
    moments = kalman.start(boxes(np.random.default_rng(2), T), NOISE)  # no velocity: same height
    one = kalman.predict(moments, 0.7, NOISE)
    two = kalman.predict(kalman.predict(moments, 0.2, NOISE), 0.5, NOISE)
    np.testing.assert_allclose(one, two, rtol=1e-12)


def test_no_time_changes_nothing():
    moments = kalman.start(boxes(np.random.default_rng(2), T), NOISE)
    np.testing.assert_array_equal(kalman.predict(moments, 0.0, NOISE), moments)


def test_boxes_do_not_shrink_below_a_pixel():
    moments = kalman.start(np.array([[50.0, 60, 30, 40]]), NOISE)
    moments[:, kalman.VELOCITY] = [-500, -500, -500, -500]
    later = kalman.predict(moments, 1.0, NOISE)
    assert later[0, kalman.VALUE].tolist() == [-450, -440, 1, 1]
    assert np.isfinite(
        kalman.update(later, np.array([[5.0, 5, 1e-9, 1e-9]]), CLEAR[:1], NOISE)
    ).all()


def test_scale_of_the_picture_does_not_matter():
    small, large = boxes(np.random.default_rng(9), T), 3.0
    a = kalman.update(
        kalman.predict(kalman.start(small, NOISE), 0.1, NOISE), small + 2, CLEAR, NOISE
    )
    b = kalman.start(large * small, NOISE)
    b = kalman.update(kalman.predict(b, 0.1, NOISE), large * (small + 2), CLEAR, NOISE)
    np.testing.assert_allclose(b[:, :2], large * a[:, :2])
    np.testing.assert_allclose(b[:, 2:], large**2 * a[:, 2:])


def test_no_tracks():
    none = kalman.start(np.zeros((0, 4)), NOISE)
    assert kalman.predict(none, 0.1, NOISE).shape == (0, 5, 4)
    assert kalman.update(none, np.zeros((0, 4)), CLEAR[:0], NOISE).shape == (0, 5, 4)
    assert kalman.squared_distance(none, np.zeros((2, 4)), NOISE).shape == (0, 2)


@pytest.mark.parametrize("name", ["box", "position", "velocity", "start_velocity"])
def test_noise_is_above_zero(name):
    with pytest.raises(ValueError, match="above 0"):
        MotionNoise(**{name: 0.0})
