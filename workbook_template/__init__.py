"""Builds the workbook from text; nothing here is shipped but its result."""
