"""Settlement reports become rows, and a chain."""
