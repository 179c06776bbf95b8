"""One module a program; each takes cases and the law of a month and gives amounts by the month."""
