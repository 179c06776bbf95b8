"""WHAT the graph is, and the Bolt store that reads and writes it.

`schema` declares every node and relationship type once; `store` speaks Bolt to whichever engine is
there; `embedded` starts the default one. Nothing here knows an agency, a program rule or an agreement.
"""
