"""Service recovery as a library."""
