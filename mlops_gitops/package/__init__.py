"""Step 5: a plan's stacks become a bundle, one reproducible zip for a workload."""
