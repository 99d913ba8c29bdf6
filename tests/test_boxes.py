import numpy as np
import pytest

from animot import boxes

ONE = np.array([[10.0, 20, 13, 27]])


def test_spellings_of_a_box():
    assert boxes.xyxy_to_cxcywh(ONE).tolist() == [[11.5, 23.5, 3, 7]]
    assert boxes.cxcywh_to_xyxy(boxes.xyxy_to_cxcywh(ONE)).tolist() == ONE.tolist()
    assert boxes.xyxy_to_xywh(ONE).tolist() == [[10, 20, 3, 7]]
    assert boxes.xywh_to_xyxy(boxes.xyxy_to_xywh(ONE)).tolist() == ONE.tolist()


def test_overlap_of_every_pair():
    others = np.array([[10.0, 20, 13, 27], [11, 22, 15, 25], [13, 20, 15, 27], [13, 27, 10, 20]])
    found = boxes.iou(np.concatenate([ONE, ONE - 100]), others)
    assert found.shape == (2, 4)
    assert found[0].tolist() == pytest.approx([1, 6 / (21 + 12 - 6), 0, 0])
    assert found[1].tolist() == [0] * 4
    assert boxes.iou(np.zeros((1, 4)), np.zeros((1, 4))).tolist() == [[0]]
