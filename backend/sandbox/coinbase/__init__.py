"""Coinbase Advanced Trade as its clients see it: REST with signed tokens, order configurations and websockets."""
