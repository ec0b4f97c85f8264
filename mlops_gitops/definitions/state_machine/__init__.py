"""State machines: a definition file with placeholders, and what its roles have to be allowed."""
