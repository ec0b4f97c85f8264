"""Step 7: what executions of delivery pipelines did, and when a new one is started."""
