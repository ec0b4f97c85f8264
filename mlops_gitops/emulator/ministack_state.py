# ruff: noqa: SLF001 -- private hooks are what this file is for
"""State of ministack, written without keeping everybody waiting.

ministack copies its state piece by piece and encodes it piece by piece, both in Python. With some
hundred stacks that takes seconds, again and again, in which nothing is answered. One call of the
JSON encoder takes an eighth of it, and nothing can change meanwhile, so no copy is needed.

Import it only after `prepare_environment`. Private hooks in use, held by
`tests/emulator/test_ministack_hooks.py`: `core.persistence`: `save_state`, `_json_default`,
`_state_format_version`, `STATE_DIR`; `services.cloudformation`: `get_state`, `_PERSISTED_STORES`.
"""

import json
import logging
from pathlib import Path
from typing import Any

from ministack.core import persistence
from ministack.services import cloudformation

from mlops_gitops.emulator.files import write_atomically


def save_in_one_piece() -> None:
    """Let every service be saved by one call of the encoder, and stacks without a copy."""
    persistence.save_state = _save
    cloudformation.get_state = lambda: {
        name: store() for store, name in cloudformation._PERSISTED_STORES
    }


def _save(service: str, state: dict[str, Any]) -> None:
    """Write one service's state; what cannot be written keeps no other service from it."""
    wrapped = {
        "__ministack_format__": persistence._state_format_version(service),
        "payload": state,
    }
    try:
        content = json.dumps(wrapped, default=persistence._json_default).encode()
        write_atomically(Path(persistence.STATE_DIR) / f"{service}.json", content)
    except (TypeError, ValueError, RuntimeError, OSError):
        logging.getLogger(__name__).exception("The state of %s could not be saved.", service)
