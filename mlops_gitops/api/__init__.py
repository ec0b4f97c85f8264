"""API: the doors beside git, as one AWS Lambda function.

- `handler` tells events apart: a request of API Gateway, objects of S3, and what was handed over.
- `request` reads a request, `answer` writes what it gets, failures included.
- `provision`, `pipeline_status` and `model_cards` are one operation each.
- `drop` reads events of the bucket that takes configs, `handed_over` those that the function sends
  itself, of what a caller cannot wait for; `asynchronous` deploys both, and is never silent.

An edge like `cli`: it parses, asks a use case, and answers. Its contract is schemas/api.json.
"""
