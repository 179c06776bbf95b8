"""What follows from the records, written beside them: combinations and ladders. The only other writer."""
