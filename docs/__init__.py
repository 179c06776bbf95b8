"""Generators of the generated documents."""
