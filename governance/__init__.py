"""The roster and the agreement: parsed from text, checked, compiled to decisions. Pure."""
