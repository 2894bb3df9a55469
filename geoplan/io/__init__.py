"""Doors: the only code that takes a path."""
