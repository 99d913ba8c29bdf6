"""The empty scene of a fixed camera: models that find it, and the exposure it is seen at."""
