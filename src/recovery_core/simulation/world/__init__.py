"""The world a company works in: customers, failures, and what they remember."""
