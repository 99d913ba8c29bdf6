"""One-to-one assignment in which a pair may also be left unmade."""

import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import linear_sum_assignment

NONE = np.zeros(0, dtype=np.int64)


def assign(
    gain: Float[np.ndarray, "R C"],
) -> tuple[Int[np.ndarray, " P"], Int[np.ndarray, " P"]]:
    """Rows and columns of the pairs whose total gain is greatest.

    Only pairs of positive gain are made. With `gain = limit - cost` this is the assignment of
    least cost in which leaving a row and a column alone costs as much as the limit.
    """
    positive = gain > 0
    if not positive.any():  # the rule in late stages, and far cheaper than to assign
        return NONE, NONE
    rows, columns = linear_sum_assignment(np.where(positive, -gain, 0.0))
    made = positive[rows, columns]
    return rows[made], columns[made]
