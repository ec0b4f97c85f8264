"""Rules about all configs together."""
