"""The work of the benchmarks, as one would write it without this library."""
