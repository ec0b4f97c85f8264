"""Step 2: declared steps become the JSON that SageMaker Pipelines and Step Functions execute."""
