"""Checks of seats: one function a rule, joined in ``table``."""
