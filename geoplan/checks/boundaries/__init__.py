"""Checks of boundaries: one function a rule, joined in ``table``."""
