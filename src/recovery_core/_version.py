"""The version, for whatever needs it below the front door."""

__all__ = ["__version__"]

# Its one home: the build reads it here, so a checkout and a wheel say the same.
__version__ = "0.1.0"
