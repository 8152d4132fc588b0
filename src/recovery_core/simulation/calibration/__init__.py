"""Worlds met with figures that were counted: what ships, and your own."""
