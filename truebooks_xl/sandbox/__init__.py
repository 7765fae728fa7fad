"""A stateful Xero (later Amazon) of our own on loopback: demo, practice mode, tests."""
