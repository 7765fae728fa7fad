"""From a settlement's row to its proposal, and the sheets that show it."""
