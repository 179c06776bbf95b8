"""Measurements with a ratio or a limit in the same run: `make bench`."""
