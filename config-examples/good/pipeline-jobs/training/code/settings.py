"""What the script is set to."""

TREES = 10
