"""Step 1: files -> settings, configs and problems, each with its place."""
