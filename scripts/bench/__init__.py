"""`make bench`: measures the trading core beside vectorbt and backtesting.py, and the engine that runs many bots."""
