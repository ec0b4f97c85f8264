"""Runs a pipeline definition of SageMaker on this machine; `language` is the definition's own."""
