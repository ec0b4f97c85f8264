"""Step 4: desired and deployed stacks become a plan."""
