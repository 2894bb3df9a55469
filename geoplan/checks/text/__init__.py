"""Checks of text: one function a rule, joined in ``table``."""
