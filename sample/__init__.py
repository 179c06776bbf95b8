"""A small synthetic state: seeded households, jobs and spells, as nine agencies' extracts. No real person."""
