"""Compares the ledger with the exchanges: repairs what it can explain, pauses and tells where it cannot."""
