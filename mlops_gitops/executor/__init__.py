"""Runs a pipeline definition of SageMaker on this machine, without Docker and without AWS.

```
definition -> graph -> plan (pure: state + event -> state + effects) <-> runner -> attempt -> work
```

`language` is the definition's own language and pure; `conditions`, `parameters`, `graph`,
`retries` and `plan` decide, and are pure too. `runner` is the thin shell: one thread listens, one
thread for each step that runs calls `attempt`, which resolves arguments, asks the `cache` and does
the `work` of the step's type. Programs of jobs run in a `sandbox` with an `/opt/ml` of their own.
Everything is written to one `folder`, and `reading` reads it.

To run one: `api.run(RunRequest(...))` waits for the end; `api.start(...)` gives a `Handle` with
`wait`, `steps`, `stop`, `abandon` and `answer`. Both tell a listener what happens. A request
names the definition, its parameters as texts, where code and data are (`sources`: S3 prefix ->
folder), and how to run. What of a step was really done is said in its `How`: `executed` (the
user's Python), `stubbed` (and why), `cached`, `skipped` or `failed`.

Only the standard library is used, and nothing of this program but `errors`. This file imports
nothing, so that reading a definition's language loads no threads and no processes.
"""
