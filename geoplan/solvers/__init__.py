"""Exact answers to siting problems, one file a solver, one table of solvers."""
