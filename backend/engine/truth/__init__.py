"""The truth report: one bot and period as backtest, on paper and live, and what the difference is made of."""
