"""Verbs: the steps of the method, pure functions from values to values."""
