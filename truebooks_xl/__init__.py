"""TrueBooks XL: Amazon settlements into Xero, to the penny, from an Excel workbook."""

__version__ = "0.1.0"
