"""Sequences: where frames and ground truth come from."""
