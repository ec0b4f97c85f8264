"""SageMaker pipelines: what a config declares -> the definition, the code it runs, what it needs.

`compile` is the verb; `steps/` has one file for each kind of shorthand, found by its name. Nothing
here reads a file, asks AWS or loads an SDK: the same config and the same files give the same bytes.
Source of the form: "SageMaker Pipelines pipeline definition JSON schema", version 2020-12-01, and
what both majors of the SageMaker Python SDK write.
"""
