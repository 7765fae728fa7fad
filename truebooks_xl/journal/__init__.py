"""What must not be forgotten: intents and outcomes, and the archive of raw files."""
