"""Edit a wiki offline, in Git, and bring every edit home."""

__version__ = "0.1.0"
