"""The outside world in dicts: the twin of every adapter, for tests and offline trials.

It keeps the promises of `ports.py` that the contract tests hold adapters and twin to, and no
others: IAM, limits of length, patterns of parameters and quotas are AWS's own. Nothing moves by
itself; `MemoryClock.sleep`, or `MemoryCloud.advance`, takes everything one step further.
"""
