"""Backtests: what a configuration would have done on recorded candles, and how far that can be trusted."""
