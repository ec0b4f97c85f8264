"""What is wrong with the templates that configs are rendered to."""

import re

from mlops_gitops.config.said import Said, masked, printable
from mlops_gitops.problems import Severity

_LIST = re.compile(r"\[([^\[\]]{160,})\]")
_KEPT = 3
_RULES = "https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md"


def render_fault(rule: str, message: str, severity: Severity, where: str) -> Said:
    """MG217: cfn-lint finds fault with the template that a config is rendered to.

    Only `mlops-gitops validate --lint` says this. The place is the value in the config that reached
    the template there, or the config's first line where that cannot be told; the message names the
    place in the template. The rule's own code stands first.

    Wrong:
        {"tier": "Golden"} where the blueprint says Tier: !Ref Tier of an AWS::SSM::Parameter

    Right:
        {"tier": "Advanced"}
    """
    told = printable(masked(_short(" ".join(message.split()))))
    hint = f"Rule {rule} is one of cfn-lint's: {_RULES}. `mlops-gitops render` prints the template."
    return Said("MG217", f"{rule}: {told} ({where})", hint, severity)


def _short(message: str) -> str:
    """Cut long lists of what would be allowed: there are hundreds of instance types."""

    def cut(match: re.Match[str]) -> str:
        words = match[1].split(", ")
        return f"[{', '.join(words[:_KEPT])}, ... {len(words)} in all]"

    return _LIST.sub(cut, message)
