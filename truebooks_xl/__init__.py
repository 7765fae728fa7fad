"""TrueBooks XL: Amazon settlements into Xero, to the penny, from an Excel workbook."""
