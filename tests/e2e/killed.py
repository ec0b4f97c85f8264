"""Run the command line and end it with SIGKILL at one of its calls to AWS.

    python killed.py 7 before apply     # the seventh call is never sent
    python killed.py 7 after apply      # it is answered, and nobody hears the answer
    python killed.py 0 before apply     # it lives; the number of calls is told at the end

No flag of the product does this: what crashes in the tests is what users run.
"""

import os
import signal
import sys
from itertools import count
from typing import Any

from botocore.httpsession import URLLib3Session

from mlops_gitops.cli import main


def die_at(number: int, moment: str) -> "count[int]":
    """Let every call to AWS be counted, and be the last one if it has this number."""
    send, calls = URLLib3Session.send, count(1)

    def counted(session: Any, request: Any) -> Any:
        is_last = next(calls) == number
        if is_last and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = send(session, request)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    URLLib3Session.send = counted
    return calls


if __name__ == "__main__":
    calls = die_at(int(sys.argv.pop(1)), sys.argv.pop(1))
    try:
        main()
    finally:
        sys.stderr.write(f"{next(calls) - 1} calls\n")
