"""Identity scores (Ristani et al., 2016): one identity of the tracks for each true one."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from animot.metrics.counts import Counts, Number, ratio
from animot.metrics.overlap import Comparison


@dataclass(frozen=True, kw_only=True, eq=False)
class IdentityCounts(Counts):
    """Counts of one or more sequences.

    Attributes
    ----------
    tp : pairs of boxes of identities that belong together (IDTP).
    fn : other boxes of the truth (IDFN).
    fp : other boxes of the tracks (IDFP).
    """

    tp: int
    fn: int
    fp: int

    def as_dict(self) -> dict[str, Number]:
        """Every number under TrackEval's name, ratios as fractions."""
        truth, tracks = self.tp + self.fn, self.tp + self.fp
        return {
            "IDF1": ratio(self.tp, (truth + tracks) / 2),
            "IDR": ratio(self.tp, truth),
            "IDP": ratio(self.tp, tracks),
            "IDTP": self.tp,
            "IDFN": self.fn,
            "IDFP": self.fp,
        }


def identity(comparison: Comparison, threshold: Number) -> IdentityCounts:
    """Count one sequence; the threshold is the IoU a pair of boxes needs, in (0, 1].

    Identities are assigned one to one so that the pairs of boxes they share are most. That is
    the assignment of fewest IDFN + IDFP: each shared pair takes one from both.
    """
    close = comparison.pair_iou >= threshold  # without EPS, as in TrackEval
    truth_id = comparison.truth_id[comparison.pair_truth[close]]
    track_id = comparison.track_id[comparison.pair_track[close]]
    pairs, shared = np.unique(truth_id * comparison.num_tracks + track_id, return_counts=True)
    tp = _most_shared(*np.divmod(pairs, max(1, comparison.num_tracks)), shared)
    return IdentityCounts(
        tp=tp, fn=len(comparison.truth_frame) - tp, fp=len(comparison.track_frame) - tp
    )


def _most_shared(
    truth_id: Int[np.ndarray, " K"], track_id: Int[np.ndarray, " K"], shared: Int[np.ndarray, " K"]
) -> int:
    """Largest sum of a one-to-one assignment, found for each connected group by itself.

    The identities of a long video form many small groups; one matrix of them all would not fit.
    """
    if len(shared) == 0:
        return 0
    nodes = int(truth_id.max()) + 1 + int(track_id.max()) + 1
    edges = (shared, (truth_id, truth_id.max() + 1 + track_id))
    graph = coo_array(edges, shape=(nodes, nodes))
    group = connected_components(graph, directed=False)[1][truth_id]
    order = np.argsort(group, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    return sum(_assigned(truth_id[some], track_id[some], shared[some]) for some in groups)


def _assigned(
    truth_id: Int[np.ndarray, " K"], track_id: Int[np.ndarray, " K"], shared: Int[np.ndarray, " K"]
) -> int:
    rows = np.unique(truth_id, return_inverse=True)[1]
    columns = np.unique(track_id, return_inverse=True)[1]
    boxes = np.zeros((rows.max() + 1, columns.max() + 1))
    boxes[rows, columns] = shared
    return int(boxes[linear_sum_assignment(boxes, maximize=True)].sum())
