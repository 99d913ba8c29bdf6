"""Metrics: CLEAR MOT, identity and HOTA in NumPy; they know no engine."""
