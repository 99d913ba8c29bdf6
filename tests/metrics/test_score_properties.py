"""Scores against a literal transcription of their definitions, and what must hold of any."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tracks import made_pair, some_of

from animot.metrics import evaluate
from animot.metrics.evaluation import evaluate_by_frame
from animot.tracks import Tracks
from oracles.mot_scores import all_scores, frames_of

seeds = st.integers(0, 2**32 - 1)
spreads = st.sampled_from([5.0, 30.0, 90.0])


def joined(first, second):
    """The second sequence after the first, its identities kept apart."""
    return Tracks(
        frame=np.concatenate([first.frame, second.frame + first.num_frames]),
        track_id=np.concatenate([first.track_id, second.track_id + 1000]),
        box=np.concatenate([first.box, second.box]),
        confidence=np.concatenate([first.confidence, second.confidence]),
        num_frames=first.num_frames + second.num_frames,
    )


@settings(max_examples=60, deadline=None)
@given(seed=seeds, spread=spreads, iou=st.sampled_from([0.2, 0.5, 0.8]))
def test_equals_the_definitions(seed, spread, iou):
    truth, tracks = made_pair(seed, spread=spread)
    expected = all_scores(frames_of(truth, tracks), iou)
    scores = evaluate(tracks, truth, iou=iou).as_dict()
    assert {key: scores[key] for key in expected} == pytest.approx(expected, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, spread=spreads, iou=st.sampled_from([0.2, 0.5, 0.8]))
def test_frames_add_up_to_the_sequence(seed, spread, iou):
    truth, tracks = made_pair(seed, spread=spread)
    whole, frames = (
        evaluate(tracks, truth, iou=iou).clear,
        evaluate_by_frame(tracks, truth, iou=iou),
    )
    for name in ("tp", "fn", "fp", "switches"):
        assert getattr(frames, name).sum() == getattr(whole, name)
        assert len(getattr(frames, name)) == truth.num_frames


@settings(max_examples=30, deadline=None)
@given(seed=seeds, spread=spreads)
def test_relabelling_identities_changes_nothing(seed, spread):
    truth, tracks = made_pair(seed, spread=spread)
    rng = np.random.default_rng(seed)
    names = rng.permutation(np.arange(500, 600))
    relabelled = Tracks(
        frame=tracks.frame,
        track_id=names[tracks.track_id],
        box=tracks.box,
        confidence=tracks.confidence,
        num_frames=tracks.num_frames,
    )
    before, after = evaluate(tracks, truth), evaluate(relabelled, truth)
    assert after.as_dict() == pytest.approx(before.as_dict(), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, spread=spreads)
def test_perfect_tracks_score_one(seed, spread):
    truth, _ = made_pair(seed, spread=spread)
    scores = evaluate(truth, truth)
    names = ["MOTA", "MOTP", "IDF1", "HOTA", "DetA", "AssA", "LocA", "HOTA(0)"]
    assert [scores[name] for name in names] == pytest.approx([1.0] * len(names))
    assert scores["IDSW"] == scores["CLR_FP"] == scores["CLR_FN"] == 0


@settings(max_examples=30, deadline=None)
@given(seed=seeds, pick=st.integers(0, 10**6))
def test_taking_a_box_away_never_raises_recall(seed, pick):
    """Boxes far apart: in a crowd CLEAR may find a better matching by losing a pair it kept."""
    truth, tracks = made_pair(seed, objects=4, spread=1000.0)
    kept = np.arange(len(tracks)) != pick % len(tracks)
    before, after = evaluate(tracks, truth), evaluate(some_of(tracks, kept), truth)
    for recall in ("CLR_Re", "IDR", "DetRe"):
        assert after[recall] <= before[recall] + 1e-12


@settings(max_examples=30, deadline=None)
@given(seed=seeds, pick=st.integers(0, 10**6))
def test_taking_a_box_away_never_raises_identity_recall_in_a_crowd(seed, pick):
    truth, tracks = made_pair(seed, spread=5.0)
    kept = np.arange(len(tracks)) != pick % len(tracks)
    assert evaluate(some_of(tracks, kept), truth)["IDTP"] <= evaluate(tracks, truth)["IDTP"]


@settings(max_examples=30, deadline=None)
@given(first=seeds, second=seeds, spread=spreads)
def test_scores_add_over_sequences(first, second, spread):
    a, b = made_pair(first, spread=spread), made_pair(second, objects=3, spread=spread)
    together = evaluate(joined(a[1], b[1]), joined(a[0], b[0]))
    added = evaluate(a[1], a[0]) + evaluate(b[1], b[0])
    assert added.as_dict() == pytest.approx(together.as_dict(), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_truth_and_tracks_change_places(seed):
    truth, tracks = made_pair(seed, spread=90.0)
    one, other = evaluate(tracks, truth), evaluate(truth, tracks)
    for left, right in (("IDP", "IDR"), ("DetPr", "DetRe"), ("AssPr", "AssRe"), ("HOTA", "HOTA")):
        assert one[left] == pytest.approx(other[right], abs=1e-9)
