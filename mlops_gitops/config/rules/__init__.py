"""Rules: one file each, found by their being here.

Two kinds, told apart by the function a file has:

- `why(text)` says why a text does not have the form that a schema asks for. The pattern in the
  schema decides (editors share it); it names its rule with `x-rule`.
- `check(draft)` looks at one config, `check_together(configs, settings)` at all of them.
"""
