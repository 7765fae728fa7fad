"""The journal and the rows rebuilt from what Xero holds."""
