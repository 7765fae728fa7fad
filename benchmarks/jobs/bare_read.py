"""The least any reader has to do: import Polars and read every field as text."""

import sys

import polars as pl

pl.read_csv(sys.argv[1], separator="\t", quote_char=None, infer_schema=False)
