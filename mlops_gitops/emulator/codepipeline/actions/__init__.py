"""The actions of a pipeline: one file a provider."""
