"""Video: reading, writing and background models."""
