"""Tables 1 and 2 of AttTrack's supplement: HRNet-W18 on MOT15 and MOT17 (MOTA in %, frames/s)."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What the supplement prints of one data set; each pair is MOTA and frames a second.

    Attributes
    ----------
    teacher, student : Table 1.
    turns : Table 2, by method of ours, then by K. What the supplement calls AttTrack-EFM stands
        under "atttrack": what EFM means is not said.
    """

    teacher: tuple[float, float]
    student: tuple[float, float]
    turns: dict[str, dict[int, tuple[float, float]]]


def _by_period(*pairs: tuple[float, float]) -> dict[int, tuple[float, float]]:
    return dict(enumerate(pairs, start=2))


PRINTED = {
    "MOT15": Printed(
        teacher=(64.50, 12.47),
        student=(61.30, 19.99),
        turns={
            "atttrack": _by_period(
                (63.50, 15.58), (62.50, 16.58), (62.10, 17.64), (62.00, 17.88), (61.90, 18.04)
            ),
            "layerwise": _by_period(
                (62.70, 15.47), (61.50, 16.89), (61.50, 17.56), (61.60, 18.00), (61.30, 18.50)
            ),
            "naive-mix": _by_period(
                (62.60, 15.59), (61.60, 17.00), (61.10, 17.77), (60.90, 18.17), (61.10, 18.52)
            ),
        },
    ),
    "MOT17": Printed(
        teacher=(64.20, 12.30),
        student=(55.60, 19.49),
        turns={
            "atttrack": _by_period(
                (60.10, 14.84), (58.10, 15.93), (57.50, 16.65), (56.90, 17.16), (56.70, 17.40)
            ),
            "layerwise": _by_period(
                (59.90, 15.14), (57.30, 16.28), (56.90, 17.09), (56.00, 17.51), (56.70, 17.91)
            ),
            "naive-mix": _by_period(
                (58.90, 15.16), (56.20, 16.30), (56.10, 17.00), (55.70, 17.36), (55.80, 17.50)
            ),
        },
    ),
}
