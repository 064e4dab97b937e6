"""The imperative shell around the trading core: cycle, orders, positions, brokers."""
