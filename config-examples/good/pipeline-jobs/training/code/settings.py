# ruff: noqa: INP001 - beside a script, in its own container
"""What the script is set to."""

TREES = 10
