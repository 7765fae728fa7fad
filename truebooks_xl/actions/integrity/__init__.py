"""The scan for what is not as it should be in Xero, and its fixes."""
