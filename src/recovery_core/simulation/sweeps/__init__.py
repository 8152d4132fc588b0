"""Many runs: designs, long tables, frontiers, and what a figure depends on."""
