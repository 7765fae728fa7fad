"""The workbook: its sheets declared once, read and written live or closed."""
