"""A stack as text."""

from dataclasses import replace

from builders import BLUEPRINTS, DATA, realtime, repository

from mlops_gitops.adapters.cloudformation_yaml import load_template
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.use_cases.render import render
from mlops_gitops.use_cases.validate import load_repository
from mlops_gitops.views.render_text import render_text


def test_texts_of_several_lines_can_be_read() -> None:
    """Line by line, in a literal block; what is read back is what was shown."""
    found = load_repository(MemoryFiles(repository(realtime("churn"))), DATA)
    stack = render(found, DATA, BLUEPRINTS, "churn/mlops-config.json", "prod")
    text = '{\n  "StartAt": "A: # ${x}"\n}'
    shown = render_text(replace(stack, template={**stack.template, "Definition": text}))

    assert 'Definition: |-\n  {\n    "StartAt": "A: # ${x}"\n  }' in shown
    assert load_template(shown)["Definition"] == text
