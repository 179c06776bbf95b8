"""From text to values, and where rows go that cannot follow."""
