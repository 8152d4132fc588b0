"""Tables and their parts as JSON: read, written and hashed by content."""
