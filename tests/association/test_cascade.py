from dataclasses import replace

import numpy as np
from frames import CONFIG, box, frame, run

NO_COAST = replace(CONFIG, coast_seconds=0.0)


def test_overlap_keeps_identities():
    seen = run([frame(box(100 + 4 * t), box(300 - 4 * t)) for t in range(20)])
    assert seen[0] == {1: 100, 2: 300} or seen[0] == {2: 100, 1: 300}
    left = next(identity for identity, x in seen[0].items() if x == 100)
    assert all(set(objects) == {1, 2} for objects in seen)
    assert seen[-1][left] == 176


def test_low_confidence_continues_a_track_but_begins_none():
    faint = frame(box(100), box(500), confidence=[0.3, 0.3])
    seen = run([frame(box(100)), faint, faint, frame(box(100))], config=NO_COAST)
    assert seen == [{1: 100}] * 4


def test_low_confidence_does_not_find_lost_tracks():
    faint, clear = frame(box(100), confidence=0.3), frame(box(100))
    assert run([clear, frame(), faint, clear], config=NO_COAST) == [{1: 100}, {}, {}, {1: 100}]


def test_low_confidence_needs_more_overlap():
    # 13 px of 40: IoU 27 / 53 = 0.51; 14 px: 26 / 54 = 0.48
    for shift, found in ((13, True), (14, False)):
        seen = run([frame(box(100)), frame(box(100 + shift), confidence=0.3)], config=NO_COAST)
        assert bool(seen[1]) == found


def test_high_confidence_goes_before_low():
    # The faint box fits better, but a sure one that fits at all comes first.
    both = frame(box(100), box(110), confidence=[0.3, 0.9])
    seen = run([frame(box(100)), both], config=NO_COAST)
    assert list(seen[1]) == [1]
    assert seen[1][1] > 104


def test_wide_stage_finds_what_jumps_and_no_more():
    # Boxes 40 wide grow by 12 on each side: 64. Shift 42: 22 / 106 = 0.21; shift 44: 20 / 108.
    for shift, found in ((42, True), (44, False)):
        seen = run([frame(box(100)), frame(box(100 + shift))], config=NO_COAST)
        assert bool(seen[1]) == found


def test_overlap_goes_before_wide_overlap():
    # Track 1 overlaps the box beside it. Grown, it would also reach the farther one.
    seen = run([frame(box(100)), frame(box(120), box(141))], config=NO_COAST)
    assert list(seen[1]) == [1]
    assert seen[1][1] < 125


def test_confirmed_tracks_choose_before_new_ones():
    # Identity 2 begins at 130 in frame 1. In frame 2 one box lies between both, nearer to 2.
    frames = [frame(box(100)), frame(box(100), box(130)), frame(box(118))]
    seen = run(frames, config=NO_COAST)
    assert list(seen[2]) == [1]


def test_a_new_track_needs_a_second_sighting_at_once():
    nothing = frame()
    seen = run([nothing, frame(box(100)), frame(box(100)), frame(box(100))])
    assert seen == [{}, {}, {1: 100}, {1: 100}]
    seen = run([nothing, frame(box(100)), nothing, frame(box(100)), frame(box(100))])
    assert seen == [{}, {}, {}, {}, {2: 100}]


def test_a_new_track_needs_a_sure_detection():
    unsure = frame(box(100), confidence=0.7)
    assert run([frame(), unsure, unsure, unsure]) == [{}] * 4
    assert run([frame(), frame(box(100)), unsure])[2] == {1: 100}


def turned(degrees):
    return [np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]


def test_embeddings_tell_who_crossed():
    # Both jump to each other's place within their gates: by overlap they would swap.
    a, b = turned(0), turned(90)
    before = [frame(box(100), box(120), embedding=[a, b]) for _ in range(3)]
    after = frame(box(118), box(102), embedding=[a, b])
    seen = run([*before, after], embedding_size=2)
    first = next(identity for identity, x in seen[0].items() if x == 100)
    assert seen[3][first] > 108
    blind = [frame(box(100), box(120))] * 3
    seen = run([*blind, frame(box(118), box(102))])
    first = next(identity for identity, x in seen[0].items() if x == 100)
    assert seen[3][first] < 108


def test_embeddings_do_not_reach_beyond_the_gate():
    a = turned(0)
    seen = run([frame(box(x), embedding=[a]) for x in (100, 100, 600)], None, NO_COAST, 2)
    assert seen[2] == {}


def test_other_embeddings_leave_overlap_to_decide():
    frames = [frame(box(100), embedding=[turned(angle)]) for angle in (0, 0, 180)]
    assert run(frames, embedding_size=2)[2] == {1: 100}


def test_looks_beside_overlap():
    """Two that have changed places: overlap alone keeps the places, looks follow the colours."""
    red, blue = [1.0, 0.0], [0.0, 1.0]
    before = frame(box(100), box(112), embedding=[red, blue])
    after = frame(box(104), box(108), embedding=[blue, red])
    ends = {}
    for weight in (0.0, 0.5):
        config = replace(NO_COAST, looks_weight=weight)
        seen = run([before, before, before, after], config=config, embedding_size=2)
        ends[weight] = (seen[0], seen[-1])
    for weight, swapped in ((0.0, False), (0.5, True)):
        first, last = ends[weight]
        left = next(identity for identity, x in first.items() if x == 100)
        assert last[left] == (105 if swapped else 102)


def test_looks_need_overlap_all_the_same():
    config = replace(NO_COAST, looks_weight=9.0, wide_buffer=0.0)
    alike = [frame(box(100), embedding=[[1.0, 0.0]]), frame(box(190), embedding=[[1.0, 0.0]])]
    assert run(alike, config=config, embedding_size=2) == [{1: 100}, {}]
