"""Step 3: a config, a blueprint and a stage become a stack: template, parameters, tags."""
