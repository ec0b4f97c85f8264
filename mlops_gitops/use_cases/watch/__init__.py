"""The reconciler: one commit of a branch after the other, by one watcher at a time."""
