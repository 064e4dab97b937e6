"""The pure trading core: data in, data out. No Flask, no database, no network, no clock, no logging."""
