"""SageMaker's pipelines: executions run on this machine, with the embedded S3 under them.

`part` lists the operations, `definitions` keeps pipelines, `executions` tells of executions, `runs`
runs them with `mlops_gitops.executor`, `objects` is S3 as they see it. What a step was really done
with is said where SageMaker shows a step's description: built-in algorithms, tuning and everything
else that exists on AWS only is stood in for.
"""
