"""MG072: A name, id or ARN in the settings does not have its form.

What AWS, GitHub and GitLab call their things has a form of its own. A text without it would be
refused by them later, when half of the installation is there.

Wrong:
    orchestrator:
      account: "111111111111"
      network: {subnets: [private-a], security_groups: [sg-0123456789abcdef0]}

Right:
    orchestrator:
      account: "111111111111"
      network: {subnets: [subnet-0123456789abcdef0], security_groups: [sg-0123456789abcdef0]}
"""

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.config.schemas import Schema


def why(text: str, schema: Schema) -> Said:
    """Say what the text should have been; the schema has a name and an example for it."""
    form = schema["x-form"]
    article = "an" if form[0] in "aeiouAEIOU" else "a"
    message = f"{quoted(text)} is not {article} {form}."
    return Said("MG072", message, f'Write one such as "{schema["examples"][0]}".')
