"""animot: online multi-object tracking learned from unlabelled video."""
