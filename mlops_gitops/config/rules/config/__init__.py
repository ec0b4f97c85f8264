"""Rules about one config."""
