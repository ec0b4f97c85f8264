"""IAM that decides: who asks, for which actions on which resources, and whether policies let them.

`http` reads a request as an operation with parameters, `needs` says which actions on which
resources that is, `decide` holds them to the policies, and `guard` puts the three together for
the embedded AWS. `record` writes what was noted; the rest does nothing but decide.

Sources: "Policy evaluation logic" and "IAM JSON policy elements" of the IAM user guide, and the
service authorization reference, of which `actions.json` is an extract.
"""
