"""Reads the VAT treatment of every line in columns, once; the words are in ``core.treatment``."""
