"""One module for each group of buttons: gather, decide, apply."""
