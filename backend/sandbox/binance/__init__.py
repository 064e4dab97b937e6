"""Binance spot as its clients see it: REST, signatures, error codes and streams over the sandbox's exchange."""
