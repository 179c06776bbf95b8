"""What may enter: the agreement held against a mapping, before a value is read."""
