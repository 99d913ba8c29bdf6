"""The radius of a support: against CornerNet's three roots."""

import torch

from animot.atttrack.support import support_radius
from oracles import atttrack_transfer as oracle


def test_radius_is_the_smallest_of_three_roots():
    sizes = torch.tensor([(w, h) for w in (0.3, 1, 4.5, 17, 90) for h in (0.2, 2, 8.1, 33, 150)])
    expected = [oracle.radius(*size) for size in sizes.tolist()]
    assert support_radius(sizes).tolist() == expected
    assert min(expected) == 1
    assert max(expected) > 20
