"""Step 8: what runs where."""
