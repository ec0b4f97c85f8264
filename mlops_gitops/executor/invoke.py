"""The process that calls a Lambda function's handler; run by its path, alone.

`python -I invoke.py <order file>`: the order is JSON with `folder`, `handler`, `event`, `name`,
`arn`, `seconds` and `answer`, a file for what the handler returns.
"""

import importlib
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def main(order_file: str) -> None:
    """Follow an order."""
    order: dict[str, Any] = json.loads(Path(order_file).read_text(encoding="utf-8"))
    end = time.monotonic() + order["seconds"]
    context = SimpleNamespace(
        function_name=order["name"],
        invoked_function_arn=order["arn"],
        aws_request_id=order["request"],
        get_remaining_time_in_millis=lambda: max(0, int(1000 * (end - time.monotonic()))),
    )
    sys.path.insert(0, order["folder"])
    module, _, function = order["handler"].rpartition(".")
    handler = getattr(importlib.import_module(module.replace("/", ".")), function)
    result = handler(order["event"], context)
    Path(order["answer"]).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
