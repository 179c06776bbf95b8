"""Program rules by the month: parameters with citations, vectorised rules, ladders and paths. Pure."""
