"""Signals from outside: alerts that TradingView and others send for a bot, taken in at once and acted on once."""
