"""Kraken spot as its clients see it: REST, signatures with a rising nonce, error texts and websockets of version 2."""
