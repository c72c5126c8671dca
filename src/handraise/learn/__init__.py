"""History to proposals: what a change would have done, which bar suits, what earns points, what drifts."""
