"""The table of China's divisions, built from public package data: facts with their sources."""
