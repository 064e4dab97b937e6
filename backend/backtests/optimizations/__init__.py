"""Optimisations: searches for parameters, and walk-forwards, in chunks for any number of workers."""
