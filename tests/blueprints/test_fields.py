"""Fields and parameters: what `validate` takes of a field, CloudFormation takes as a parameter."""

import json
import re
from collections.abc import Iterator

import pytest
from blueprints.blueprint_files import ROOT, load
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlops_gitops import app
from mlops_gitops.config.schemas import PER_STAGE, Schema, resolve, single_value
from mlops_gitops.use_cases.validate import read_schemas

SCHEMAS = read_schemas(app.package_data())


def pairs() -> Iterator[tuple[str, str]]:
    """Give every field that a parameter is called after, and what both of them take, as JSON."""
    for name in SCHEMAS.pipeline_types():
        schema = SCHEMAS.bundled(name)
        template = load(ROOT / "blueprints" / schema["x-blueprint"] / "template.yaml")
        for field, node in schema["properties"].items():
            parameter = template["Parameters"].get(field.title().replace("_", ""))
            if parameter is not None:
                about = resolve(schema, single_value(node) if PER_STAGE in node else node)
                plain = {key: value for key, value in parameter.items() if key != "Description"}
                takes = {key: value for key, value in about.items() if key not in NOT_COMPARED}
                yield json.dumps([takes, plain], sort_keys=True), f"{name}.{field}"


NOT_COMPARED = ("title", "description", "const")
PAIRS = dict(pairs())
"""Types share fields; what both take is compared once."""


def exact(pattern: str) -> str:
    """Read `$` as the end and nothing else, as JSON Schema and CloudFormation do."""
    return re.sub(r"\$(?=$|\||\))", r"\\Z", pattern)


def values(about: Schema) -> st.SearchStrategy[str]:
    """Draw what a field takes, as the text that it becomes."""
    if "enum" in about:
        return st.sampled_from([str(option) for option in about["enum"]])
    if str(about.get("x-rule")).endswith("_arn"):
        return st.sampled_from(about["examples"])  # a pattern takes regions that are none
    if "minimum" in about and "integer" in about["type"]:
        return st.integers(about["minimum"], about.get("maximum", 9999)).map(str)
    least, longest = about.get("minLength", 0), about.get("maxLength", 60)
    texts = st.from_regex(exact(about["pattern"])) if "pattern" in about else st.text(max_size=20)
    long = [
        example + "x" * (longest - len(example))
        for example in about.get("examples", ())
        if isinstance(example, str)
    ]
    return (texts | st.sampled_from(long or [""])).filter(
        lambda text: (
            least <= len(text) <= longest and re.search(exact(about.get("pattern", "")), text)
        )
    )


@pytest.mark.parametrize("both", PAIRS, ids=PAIRS.values())
def test_what_a_field_takes_its_parameter_takes(both: str) -> None:
    """A config that validate takes is not refused by CloudFormation in the first stage."""
    about, parameter = json.loads(both)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(values(about))
    def holds(written: str) -> None:
        value = written.strip().removesuffix("/")
        if value == "" and "Default" in parameter:
            return
        if parameter["Type"] == "Number":
            assert parameter["MinValue"] <= int(value) <= parameter["MaxValue"]
            return
        assert value in parameter.get("AllowedValues", [value])
        assert re.search(exact(parameter.get("AllowedPattern", "")), value)
        assert parameter.get("MinLength", 0) <= len(value) <= parameter.get("MaxLength", 4096)

    holds()
