"""SageMaker's jobs: they look at what they are given, take a moment, and leave labelled outputs.

Nothing is computed. A job reads whether its inputs are there, writes small files that say that they
are emulated, and ends as Completed, Failed or Stopped. `part` answers the API, `kinds` says what
tells the kinds apart, `desk` keeps the jobs and ends them in time, and one module for each kind
does its work with what `bench` offers.
"""
