"""Work: what one step does, by its type; each file is one kind, `desk` is what all are given."""
