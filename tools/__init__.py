"""Tools that make what ships; nothing here is part of the installed package."""
