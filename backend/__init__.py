"""Tradefleet: a multi-tenant platform for crypto trading bots."""

__version__ = "0.1.0"
