"""Tables and figures of He et al. (2019): TBA and its ablations on made video."""
