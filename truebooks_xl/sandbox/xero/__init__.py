"""The sandbox's Xero."""
