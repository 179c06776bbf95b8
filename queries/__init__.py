"""GRAPH → ANSWERS, read-only: catalogue queries, a household as it is recorded, and as the rules need it."""
