"""Hops: what a first deployment needs, one small look at each; `table` has them all."""
