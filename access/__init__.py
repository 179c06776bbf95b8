"""The counter where every question is asked: key and purpose → decision → query → what may be told → a line."""
