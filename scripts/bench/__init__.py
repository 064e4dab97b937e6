"""Measures the trading core beside vectorbt and backtesting.py: the same candles and rules, in one run."""
