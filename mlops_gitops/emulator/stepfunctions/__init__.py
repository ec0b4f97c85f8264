"""Tasks of state machines that ministack lacks: SageMaker's, S3's, CodePipeline's.

CodeBuild's are refused.

`resource` reads what a task asks for, `names` spells members as Step Functions does, `parameters`
checks what it is given, `call` calls the service, and `tasks` does so as the state machine's role.
"""
