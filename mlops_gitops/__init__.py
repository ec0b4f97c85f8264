"""GitOps for SageMaker.

The path of the data, one folder a step, in alphabetical order::

    files in git
        -> config -> definitions -> desired -> diff -> package -> pipeline -> runs -> status

- `config` reads files into settings and configs, and collects problems with their places.
- `definitions` compiles declared steps into the JSON that AWS executes.
- `desired` turns a config, a blueprint and a stage into a stack: template, parameters, tags.
- `diff` compares desired with deployed stacks into a plan with risks and a digest.
- `package` makes the bundle: one reproducible zip for all stages of a workload.
- `pipeline` describes the delivery pipeline that carries the bundle through its gates.
- `runs` reads what executions of that pipeline did.
- `status` says what runs where.

Steps take values and return values. `use_cases` read through `ports`, call steps, and write
through `ports`; `adapters` are the outside world and `app` the only module that picks them.
"""

__version__ = "0.1.0"
