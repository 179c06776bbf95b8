"""Who lives together, dated."""
