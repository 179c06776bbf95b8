"""Agreement with PolicyEngine-US, the best public engine of these rules, household by household.

`make reference` builds it in an environment of its own, sweeps its answers and keeps them as numbers beside their
inputs; `python -m benchmarks.reference` compares. The product never imports it.
"""
