"""The outside world, and its in-memory twin."""
