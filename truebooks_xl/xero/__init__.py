"""All that knows how Xero speaks."""
