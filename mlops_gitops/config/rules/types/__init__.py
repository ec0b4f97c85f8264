"""Rules about configs of some types: schemas name those that hold for them (`x-rules`)."""
