"""Posting decided: exactly one document for a settlement, step by step, on fresh looks at Xero."""
