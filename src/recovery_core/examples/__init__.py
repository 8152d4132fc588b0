"""Service recovery over real data: examples to run, to read and to start from."""
