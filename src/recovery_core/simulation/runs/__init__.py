"""Runs: one company, two on the same customers, twins, and one customer's cases."""
