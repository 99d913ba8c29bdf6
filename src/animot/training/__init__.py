"""Training: the loop, its checkpoints and its progress; it knows no task."""
