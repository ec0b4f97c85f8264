"""A desired stack as text: the parameters with their origins, then the template as YAML."""

from collections.abc import Iterator
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from mlops_gitops.config.said import printable
from mlops_gitops.desired.shown import shown_parameters, shown_template
from mlops_gitops.desired.stack import DesiredStack


class _Representer(SafeRepresenter):
    """Writes texts of several lines, such as a workflow's definition, as they are."""

    def text(self, value: str) -> ScalarNode:
        """Write a text; in a literal block if it has several lines."""
        style = "|" if "\n" in value else None
        node: ScalarNode = self.represent_scalar("tag:yaml.org,2002:str", value, style=style)
        return node


_Representer.add_representer(str, _Representer.text)


def render_text(stack: DesiredStack) -> str:
    """Show everything that CloudFormation would get, and why."""
    return "\n".join(_lines(stack))


def _lines(stack: DesiredStack) -> Iterator[str]:
    yield printable(f"# {stack.id}")
    yield f"# capabilities: {', '.join(stack.capabilities) or 'none'}"
    yield "# parameters, each with where its value came from:"
    names = max(len(name) for name in stack.parameters)
    shown = shown_parameters(stack)
    values = max(len(value) for value in shown.values())
    for name, each in sorted(stack.parameters.items()):
        value = shown[name] or "(empty)"
        yield printable(f"#   {name:<{names}}  {value:<{values}}  {each.came_from}")
    yield _yaml(stack)


def _yaml(stack: DesiredStack) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # ruamel types it as None
    text = StringIO()
    yaml.dump(shown_template(stack), text)
    return text.getvalue().rstrip()
