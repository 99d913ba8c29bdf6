"""The linear mix: what a pair would be if taking turns cost nothing and helped nothing."""

from animot.reproduce.atttrack.bootstrap import Sample


def linear_mix(teacher: Sample, student: Sample, every: int) -> Sample:
    """Score of 1 / K of the teacher's and the rest of the student's, each on all frames."""
    return teacher.mixed(student, 1 / every)


def linear_speed(teacher: float, student: float, every: int) -> float:
    """Frames a second where the teacher takes every K-th frame: K / (t_T + (K - 1) t_S).

    Parameters
    ----------
    teacher, student : frames a second of each.
    every : K.
    """
    return every / (1 / teacher + (every - 1) / student)
