"""The mappings of the sample's extracts."""
