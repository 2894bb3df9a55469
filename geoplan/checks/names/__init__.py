"""Checks of names: one function a rule, joined in ``table``."""
