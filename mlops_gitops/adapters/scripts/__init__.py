"""Run a user's `pipeline.py`: in a process of its own, with a stub in the place of AWS.

`worker.py` is what runs there, by an interpreter of the user's choice, so it imports nothing of
ours; `guard.py` sees that nothing of it stays; `stub.py` answers for AWS, in this process.
"""
