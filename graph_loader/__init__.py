"""RECORDS → GRAPH: agency files become people, households, enrolments, amounts.

The tree is the pipeline: `mapping` says what a file means, `sources` read it, `admit` lets in what the
agreement allows, `quality` turns text into values, `identity` finds who is who, `households` who lives
together, `load` writes it all and publishes the batch.
"""
