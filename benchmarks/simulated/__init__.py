"""Files of other years, seeds and noise than those that linkage was tried on: `make simulated` writes them.

They come from pseudopeople, as those did, in an environment of its own; the product never imports it.
"""
