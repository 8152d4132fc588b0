"""What pytest and Hypothesis load by themselves, outside of the library.

Every test run on a machine with the library loads these, most of them for other
projects: so they stand outside the package, whose import takes a tenth of a second, and
import it when something of it is asked for.
"""
