"""The tracker: identities, boxes in the user's pixels, ignored regions, interleaved videos."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_tba import TINY, TINY_FAST, make_model, make_state

from animot.association.associator import Associator
from animot.association.config import AssociationConfig
from animot.detections import FrameDetections
from animot.tba.departures import Persistence
from animot.tba.looks import Looks, colours_of
from animot.tba.model import Precision
from animot.tba.one_stream.geometry import Geometry
from animot.tba.perspective import Perspective
from animot.tba.renderer import place
from animot.tba.tracker import TBATracker, _detections
from animot.tba.turns import Turns
from animot.tracker import Frame, track
from animot.tracks import FrameTracks

I, (H, W), (U, V) = TINY.num_trackers, TINY.frame_size, TINY.patch_size


def images(count, height=H, width=W, seed=0):
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def frames(count, **kwargs):
    return [
        Frame(index=n, time=n / 10, image=image) for n, image in enumerate(images(count, **kwargs))
    ]


def background_of(config=TINY):
    random = np.random.default_rng(99)
    return random.integers(0, 256, (*config.frame_size, config.frame_channels), dtype=np.uint8)


def make_tracker(config=TINY, **kwargs):
    return TBATracker(make_model(config, dtype=torch.float32), background_of(config), **kwargs)


def scripted_tracker(confidences, pose=(0.0, 0.0, 0.0, 0.0), config=TINY):
    """A tracker whose model says these confidences, frame by frame."""
    tracker = make_tracker(config)
    script = iter(confidences)

    def take_turns(memory, saliency, before):
        turns = Turns(
            confidence=torch.tensor([next(script)], dtype=torch.float32),
            pose=torch.tensor(pose).expand(1, I, 4),
            hidden=torch.zeros(1, I, TINY.hidden_size),
            saliency=torch.ones(1, I),
        )
        return before, turns

    tracker.take_turns = take_turns
    return tracker


def identities(confidences):
    """Per frame, the identity of each object reported."""
    tracker = scripted_tracker(confidences)
    tracks = track(tracker, frames(len(confidences)))
    return [tracks.track_id[tracks.frame == n].tolist() for n in range(len(confidences))]


def test_one_unbroken_run_is_one_identity():
    found = identities(
        [
            [0.9, 0.1, 0.4, 0.0, 0.0],
            [0.9, 0.8, 0.6, 0.0, 0.0],
            [0.2, 0.8, 0.5, 0.0, 0.0],  # 0.5 is not above 0.5
            [0.9, 0.8, 0.7, 0.0, 0.51],
        ]
    )
    assert found == [[1], [1, 2, 3], [2], [2, 4, 5, 6]]


def test_report_at_half():
    """Off: 0.5 is no object. On: it is."""
    for report_at_half, count in [(False, 1), (True, 2)]:
        config = replace(TINY, report_at_half=report_at_half)
        tracker = scripted_tracker([[0.5, 0.49, 0.51, 0.0, 0.0]], config=config)
        assert len(track(tracker, frames(1))) == count


def test_persistence_keeps_identities_and_reports_what_is_hidden():
    """Tracker 0 loses its object: in sight of none, hidden, and for longer than it waits."""
    config = replace(TINY_FAST, persistence=Persistence())
    patience = [[3, 3], [2, 3], [3, 3], [2.5, 3], [0, 3], [3, 3]]
    hidden = [False, False, False, True, False, False]
    confidences = [0.9, 0.2, 0.9, 0.2, 0.2, 0.9]
    model = make_model(config, dtype=torch.float32)
    states = []
    for left, covered in zip(patience, hidden, strict=True):
        start = model.start(1)
        motion = replace(
            start.motion,
            patience=torch.tensor([[*left, 0.0, 0.0, 0.0]]).float(),
            hidden=torch.tensor([[float(covered)] + [0.0] * 4]),
            centre=torch.full_like(start.motion.centre, 0.5),
            size=torch.full_like(start.motion.size, 0.2),
        )
        states.append(replace(start, motion=motion))
    tracker = scripted_tracker([[c, 0.8, 0.0, 0.0, 0.0] for c in confidences], config=config)
    said, after = tracker.take_turns, iter(states)
    tracker.take_turns = lambda *given: (next(after), said(*given)[1])
    tracks = track(tracker, frames(6))
    found = [tracks.track_id[tracks.frame == n].tolist() for n in range(6)]
    assert found == [[1, 2], [2], [1, 2], [1, 2], [2], [2, 3]]
    there = tracks.box[(tracks.frame == 3) & (tracks.track_id == 1)]
    np.testing.assert_allclose(there, [[0.7 * W, 0.7 * H, 0.8 * W, 0.8 * H]], rtol=1e-5)
    assert tracks.confidence[(tracks.frame == 3) & (tracks.track_id == 1)] == pytest.approx(0.2)


@pytest.mark.parametrize(("left_share", "last"), [(0.15, 3), (1.0, 1)])
def test_what_comes_in_where_an_object_has_left_is_another(left_share, last):
    """Tracker 0 loses its object on the right, tracker 1 its own in the middle; both wait."""
    config = replace(TINY_FAST, persistence=Persistence(left_share=left_share))
    script = [[0.9, 0.9], [0.2, 0.2], [0.9, 0.9]]
    tracker = scripted_tracker([[*pair, 0.0, 0.0, 0.0] for pair in script], config=config)
    start = tracker.model.start(1)
    there = torch.zeros_like(start.motion.centre)
    there[0, 0] = torch.tensor([0.95, 0.0])
    motion = replace(
        start.motion,
        centre=there,
        velocity=there / 20,
        size=torch.full_like(there, 0.2),
        patience=torch.full_like(start.motion.patience, 3.0),
    )
    said, after = tracker.take_turns, replace(start, motion=motion)
    tracker.take_turns = lambda *given: (after, said(*given)[1])
    tracks = track(tracker, frames(3))
    found = [tracks.track_id[tracks.frame == n].tolist() for n in range(3)]
    assert found == [[1, 2], [], sorted([last, 2])]


def expected_identities(confidences):
    holds, last, result = {}, 0, []
    for frame in confidences:
        for i, confidence in enumerate(frame):
            if confidence <= 0.5:
                holds.pop(i, None)
            elif i not in holds:
                last += 1
                holds[i] = last
        result.append(sorted(holds.values()))
    return result


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 0.5, 0.6, 1.0]), min_size=I, max_size=I),
        min_size=1,
        max_size=8,
    )
)
def test_identities_of_any_confidences(confidences):
    assert identities(confidences) == expected_identities(confidences)


def test_boxes_are_in_pixels_of_the_frame_that_was_given():
    """A patch of 9x8 in a working frame of 23x29, and a video of 46x145: twice and five times."""
    pose = (0.5, -1.0, 0.2, -0.6)
    tracker = scripted_tracker([[0.9] + [0.0] * 4], pose)
    tracks = track(tracker, frames(1, height=46, width=145))
    width, height = 8 * (1 + 0.3 * 0.5) * 5, 9 * (1 - 0.2) * 2
    x, y = 145 / 2 * 1.2, 46 / 2 * 0.4
    expected = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
    np.testing.assert_allclose(tracks.box, [expected], rtol=1e-5)


def test_boxes_are_where_the_renderer_draws():
    """Sums over a drawn box of ones have its area and its middle."""
    config = replace(TINY, frame_size=(61, 67))
    pose = torch.rand(I, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 0.5
    drawn = place(torch.ones(I, 1, U, V).double(), pose, config)[:, 0].numpy()
    boxes = Geometry(config).boxes(pose.numpy()) * np.array([67, 61, 67, 61])
    y, x = np.mgrid[:61, :67] + 0.5
    for image, box in zip(drawn, boxes, strict=True):
        middle = [(image * x).sum() / image.sum(), (image * y).sum() / image.sum()]
        assert middle == pytest.approx([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], abs=0.05)
        inside = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
        assert ((image > 0.5) == inside).mean() > 0.995


def test_ignored_pixels_do_not_matter():
    ignore = np.zeros((H, W), dtype=bool)
    ignore[5:19, 3:17] = True
    tracker = make_tracker(ignore=ignore)
    plain, changed = images(4), images(4)
    changed[:, ignore] = 255 - changed[:, ignore]

    def run(tracker, pixels):
        video = [Frame(index=n, time=float(n), image=image) for n, image in enumerate(pixels)]
        return track(tracker, video)

    a, b = run(tracker, plain), run(tracker, changed)
    assert len(a) > 3
    np.testing.assert_array_equal(a.box, b.box)
    np.testing.assert_array_equal(a.confidence, b.confidence)
    without = make_tracker()
    assert not np.array_equal(run(without, plain).confidence, run(without, changed).confidence)
    covered = plain.copy()
    covered[:, ignore] = background_of()[ignore]
    np.testing.assert_array_equal(run(without, covered).confidence, a.confidence)


def assert_same_tracks(a, b):
    for name in ("frame", "track_id", "box", "confidence", "layer"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


@pytest.mark.parametrize("config", [TINY, TINY_FAST])
def test_interleaved_videos_do_not_disturb_each_other(config):
    tracker = make_tracker(config)
    first, second = frames(5, seed=1), frames(5, seed=2)
    alone = [track(tracker, first), track(tracker, second)]
    assert len(alone[0]) > 3
    states = [tracker.start(), tracker.start()]
    seen = [[], []]
    for pair in zip(first, second, strict=True):
        for v, frame in enumerate(pair):
            states[v], objects = tracker.step(states[v], frame)
            seen[v].append(objects)
    for v in range(2):
        together = np.concatenate([objects.box for objects in seen[v]])
        assert len(together) == len(alone[v])
        for n, objects in enumerate(seen[v]):
            mine = alone[v].frame == n
            order = np.argsort(objects.track_id)
            np.testing.assert_array_equal(objects.track_id[order], alone[v].track_id[mine])
            np.testing.assert_array_equal(objects.box[order], alone[v].box[mine])
            np.testing.assert_array_equal(objects.layer[order], alone[v].layer[mine])


def test_tracking_twice_gives_the_same():
    tracker, video = make_tracker(), frames(4)
    assert_same_tracks(track(tracker, video), track(tracker, video))


def test_grey_model():
    """It sees the luminance: colours of the same grey are the same to it."""
    config = replace(TINY, frame_channels=1)
    tracker = make_tracker(config)
    grey = images(3)[..., :1].repeat(3, axis=-1)
    video = [Frame(index=n, time=float(n), image=image) for n, image in enumerate(grey)]
    tracks = track(tracker, video)
    assert len(tracks) > 2
    pixels = torch.from_numpy(grey[:, None, ..., 0].copy()) / 255
    background = torch.from_numpy(background_of(config)[None, ..., 0]) / 255
    with torch.no_grad():
        output, _ = tracker.model(pixels[None], background[None], tracker.model.start(1))
    on = output.confidence.numpy() > 0.5
    assert on.sum() == len(tracks)
    np.testing.assert_allclose(
        np.sort(tracks.confidence), np.sort(output.confidence.numpy()[on]), rtol=1e-5
    )


def test_layers_are_the_most_likely_ones():
    """Of the trackers that are on, in the middle of a video, when trackers differ."""
    model = make_model(seed=6, bias=-1.0, dtype=torch.float32)
    tracker = TBATracker(model, background_of())
    middle = replace(tracker.start(), trackers=make_state(tracker.model, 1))
    state, objects = tracker.step(middle, frames(1)[0])
    network = tracker.model.rat.output
    with torch.inference_mode():
        _, _, hidden = network.placement(state.trackers.state[0])
        layer, _, _ = network.look(hidden, None)
    on = state.track_id > 0
    assert 0 < on.sum() == len(objects) < I
    assert len(set(objects.layer.tolist())) > 1
    np.testing.assert_array_equal(objects.layer, layer.argmax(dim=1).numpy()[on])


def test_weights_kept_in_low_precision_track_as_converted_ones_do():
    """As learning has it: weights in float32, converted wherever low precision is on."""
    model = make_model(TINY_FAST, dtype=torch.float32)
    model.precision = Precision(dtype=torch.bfloat16)
    tracker = TBATracker(model, background_of(TINY_FAST))
    assert next(tracker.model.extractor.layers.parameters()).dtype == torch.bfloat16
    assert {p.dtype for p in model.parameters()} == {torch.float32}  # the user's is left alone
    state, converted = tracker.start(), model.start(1)
    background = torch.from_numpy(background_of(TINY_FAST)).movedim(-1, 0)[None] / 255
    seen = 0
    for frame in frames(5):
        state, objects = tracker.step(state, frame)
        pixels = torch.from_numpy(frame.image).movedim(-1, 0)[None] / 255
        with torch.no_grad():
            converted, turns = model.step(pixels, background, converted)
        confidence = turns.confidence[0]
        assert state.trackers.confidence[0].tolist() == pytest.approx(confidence.tolist())
        boxes = Geometry(TINY_FAST).boxes(turns.pose[0].numpy()) * [W, H, W, H]
        boxes = boxes[(confidence > 0.5).numpy()]
        np.testing.assert_allclose(objects.box, boxes, atol=1e-3)
        seen += len(objects.box)
    assert seen > 3


def test_a_model_of_one_layer_reports_that_layer():
    model = make_model(replace(TINY, num_layers=1), bias=3.0, dtype=torch.float32)
    tracks = track(TBATracker(model, background_of()), frames(3))
    assert len(tracks) > 2
    assert set(tracks.layer.tolist()) == {0}


BY_MOTION = AssociationConfig(birth_confidence=0.6, looks_weight=0.5)


def test_association_makes_tracks_of_what_trackers_report():
    """It keeps the identity where another tracker takes over, and where an object comes back."""
    on = [0.9, 0.0, 0.0, 0.0, 0.0]
    other = [0.0, 0.0, 0.9, 0.0, 0.0]
    nobody = [0.0] * 5
    script = [on, on, on, other, other, nobody, nobody, nobody, on]
    reported = []
    for association in (None, BY_MOTION):
        config = replace(TINY, association=association)
        tracker = scripted_tracker(script, config=config)
        reported.append(track(tracker, frames(len(script))))
    plain, associated = reported
    assert plain.track_id.tolist() == [1, 1, 1, 2, 2, 3]
    assert set(associated.track_id.tolist()) == {1}
    assert {0, 1, 2, 3, 4, 8} <= set(associated.frame.tolist())
    looks = Looks.start(3)
    expected = Associator(BY_MOTION, embedding_size=len(looks.total), layers=True)
    state = expected.start()
    for n in range(len(script)):
        rows = plain.frame == n
        boxes = plain.box[rows]
        looks, differences = looks.see(colours_of(images(9)[n], boxes / [W, H, W, H]))
        seen = FrameDetections(
            box=boxes,
            confidence=plain.confidence[rows],
            embedding=differences,
            layer=plain.layer[rows],
        )
        state, objects = expected.step(state, seen, n / 10)
        rows = associated.frame == n
        np.testing.assert_array_equal(objects.track_id, associated.track_id[rows])
        np.testing.assert_array_equal(objects.box, associated.box[rows])
        np.testing.assert_array_equal(objects.layer, associated.layer[rows])


def test_what_is_hidden_goes_on_but_does_not_begin():
    """Low confidence: it continues a track that was seen just before, and never begins one."""
    objects = FrameTracks(
        track_id=np.array([1, 2]),
        box=np.array([[1.0, 2, 3, 4], [5, 6, 7, 8]]),
        confidence=np.array([0.02, 0.7]),
        layer=np.array([1, 0]),
    )
    looks = np.array([[1.0, -3], [2, 5]])
    seen = _detections(objects, looks, BY_MOTION)
    assert np.array_equal(seen.embedding, looks)
    assert seen.confidence.tolist() == [0.1, 0.7]
    assert seen.layer.tolist() == [1, 0]
    assert np.array_equal(seen.box, objects.box)


def test_perspective_learns_from_what_is_on_and_fits_what_is_reported():
    script = [[0.9, 0.2, 0.8, 0.0, 0.0]] * 2
    plain = track(scripted_tracker(script), frames(2))
    tracker = scripted_tracker(script, config=replace(TINY, perspective=True))
    known = Perspective(sums=np.array([200.0, 100, 55, 200, 100, 200, -100, 50]))  # height 1
    state = replace(tracker.start(), perspective=known)
    size = np.array([W, H, W, H])
    for n, frame in enumerate(frames(2)):
        state, objects = tracker.step(state, frame)
        before = plain.box[plain.frame == n] / size
        np.testing.assert_allclose(objects.box / size, known.fit(before))
        assert (objects.box / size != before).any()
    assert scripted_tracker(script).step(tracker.start(), frames(1)[0])[0].perspective.sums[0] == 0
    free = tracker.start()
    tracker = scripted_tracker(script, config=replace(TINY, perspective=True))
    assert tracker.step(free, frames(1)[0])[0].perspective.sums[0] == 2
