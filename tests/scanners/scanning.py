"""What two public scanners say of our templates and policies: checkov and parliament.

They come from an environment of their own, `.venv-scan`, which `make security` makes.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from blueprints.blueprint_files import ROOT, TEMPLATES, mappings
from blueprints.composed import examples
from blueprints.resolving import ACCOUNT, REGION, value_of
from blueprints.test_enclosed import SETTINGS, STAGE
from blueprints.test_iam import both_ways, flat, sample, statements
from scanned import Finding, short

from mlops_gitops.desired.enclose import enclose

SCANNERS = ROOT / ".venv-scan" / "bin"
# A made value is no ARN, where no example gives one.
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:token-AbCdEf"


def templates() -> Mapping[str, str]:
    """Give every template by its name: bootstrap's as they are, the others as rendered."""
    return {
        short(path): json.dumps(rendered(path)) if path.stem == "template" else path.read_text()
        for path in TEMPLATES
    }


def rendered(path: Path) -> Mapping[str, Any]:
    """Render the longest example of a blueprint, with network and boundary."""
    every = (each.stack.template for each in examples(path.parent.name))
    longest = max(every, key=lambda one: len(json.dumps(one)))
    return enclose(longest, SETTINGS, STAGE)


def checkov(folder: Path) -> Iterator[Finding]:
    """Scan templates."""
    for name, text in templates().items():
        end = "json" if text.startswith("{") else "yaml"
        (folder / f"{name}.{end}").write_text(text)
    command = [SCANNERS / "checkov", "-d", folder, "--framework", "cloudformation"]
    options = ["--skip-download", "--compact", "--quiet", "--soft-fail", "--output", "json"]
    said = subprocess.run([*command, *options], check=True, capture_output=True, text=True)
    for each in json.loads(said.stdout)["results"]["failed_checks"]:
        template = Path(each["file_path"]).stem
        yield Finding(each["check_id"], f"{template} {each['resource'].rpartition('.')[2]}")


def parliament(folder: Path) -> Iterator[Finding]:
    """Lint what roles may do, a statement a file."""
    names = {}
    for number, (where, statement) in enumerate(policies()):
        file = folder / f"{number}.json"
        names[str(file)] = where
        file.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    command = [SCANNERS / "parliament", "--directory", folder, "--json"]
    # It exits with 1 for a finding; a crash has no line of JSON and no end of its own.
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    if "Traceback" in said.stderr:
        raise RuntimeError(said.stderr)
    for line in filter(None, said.stdout.splitlines()):
        each = json.loads(line)
        yield Finding(each["issue"], names[each["location"]["filepath"]])


def policies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every statement about resources with its place: template and Sid."""
    for path in TEMPLATES:
        found = inside(path) if path.stem == "template" else statements(path)
        for each in found:
            if "Principal" not in each:
                plain = {key: _plain(value) for key, value in each.items() if key != "Where"}
                yield f"{short(path)} {each.get('Sid', 'without a Sid')}", plain


def inside(path: Path) -> Iterator[dict[str, Any]]:
    """Give the statements of the longest example, with the values of its parameters."""
    template = rendered(path)
    values = {name: sample(name, path) for name in template["Parameters"]}
    for one in mappings(template["Resources"]):
        if "Effect" in one and "Resource" in one:
            known = {key: both_ways(each) for key, each in one.items()}
            yield value_of(known, template, values)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return flat(value)
        case "tokensecretarn":
            return SECRET
        case _:
            return value
