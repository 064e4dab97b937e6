"""Candles, tickers, importers and the feed."""
