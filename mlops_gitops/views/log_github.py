"""Text in the log of GitHub Actions, which takes some lines for commands.

Sources: `docs/commands.md` of actions/toolkit; "Workflow commands for GitHub Actions", GitHub
documentation, about `stop-commands`.
"""

from hashlib import sha256

from mlops_gitops.config.said import printable
from mlops_gitops.problems import Severity

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})


def shielded(text: str) -> str:
    """Let no line of a text be taken for a command, whatever somebody wrote into a config.

    The mark that ends it cannot be in the text, because it is its hash.
    """
    mark = sha256(text.encode()).hexdigest()
    return f"::stop-commands::{mark}\n{text}\n::{mark}::"


def notice(severity: Severity, message: str, hint: str) -> str:
    """Annotate the run itself, not a file."""
    text = f"{printable(message)}\n{printable(hint)}" if hint else printable(message)
    return f"::{severity.value} title=mlops-gitops::{text.translate(_DATA)}"
