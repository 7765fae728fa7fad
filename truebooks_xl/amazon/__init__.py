"""All that knows how Amazon writes."""
