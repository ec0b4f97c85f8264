"""Step 2: what configs declare becomes the JSON that SageMaker and Step Functions are asked with.

`scope.py` is what a definition may depend on; each file of `inserts/` makes one structured value of
a blueprint.
"""
