"""Edits a closed workbook part by part; every other byte stays as it was."""
