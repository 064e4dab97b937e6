"""Exchange keys, the ccxt gateway, markets and their filters."""
