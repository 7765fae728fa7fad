"""The sandbox's Amazon: synthetic reports."""
