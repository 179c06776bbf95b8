"""From mapped rows to the graph: plan, write, publish."""
