"""Nouns: the frozen values that every stage takes and returns; they know nothing of files."""
