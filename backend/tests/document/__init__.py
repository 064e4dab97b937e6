"""Tests of the API document: complete, and true of every answer."""
