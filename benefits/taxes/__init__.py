"""Taxes and their credits, at this month's earnings held for a year and spread over its months."""
