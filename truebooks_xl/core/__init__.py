"""Decides: pure functions and frozen values; no files, network, clock, Excel or randomness."""
