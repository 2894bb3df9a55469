"""Checks of facilities: one function a rule, joined in ``table``."""
