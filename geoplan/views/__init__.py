"""Faces: maps, tables and sentences made from results; nothing is computed here."""
