"""Checks: functions from a value to findings, one table of checks."""
