"""Experiments written down in a file: read strictly, and turned into runs."""
