"""SageMaker of the embedded AWS: moto's operations, and the parts that we add to them.

`service` is the door; `plug` says how an operation is added, `parts` lists what is, `store` keeps
what they remember, `requests` refuses what SageMaker could not mean.
"""
