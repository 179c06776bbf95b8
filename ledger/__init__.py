"""What the system remembers beside the graph: load runs, keys, the access log; one SQLite file."""
