"""Blueprints of the repository: what a folder `blueprints/<name>/` has to be to be a pipeline type.

`folder.py` is what lies in a folder, `product.py` what the product brings itself, `check.py` holds
one to the other. Everything that can be said is in `said.py`.
"""
