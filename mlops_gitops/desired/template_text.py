"""Templates as CloudFormation is sent them."""

import json

from mlops_gitops.desired.stack import Template

LONGEST_SENT = 51_200
"""Bytes of the longest template that a request may carry; a longer one lies in a bucket.

See "CloudFormation quotas" in the CloudFormation user guide.
"""


def template_text(template: Template) -> str:
    """Write a template on one line."""
    return json.dumps(template, separators=(",", ":"), sort_keys=True)
