"""Tests of the packages under clients/."""
