"""ANSWERS → PEOPLE: GraphQL over HTTP, health, and an in-browser console from our own files."""
