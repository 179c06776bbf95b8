"""What a file means: a YAML document over its columns."""
