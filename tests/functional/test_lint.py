"""`validate --lint`: cfn-lint's findings stand at the line of the config that caused them."""

import json
from pathlib import Path

import pytest
from builders import SETTINGS
from functional.conftest import Golden, Say

CONFIG = """\
{
  "pipeline_type": "note",
  "model_name": "churn",
  "note": {"dev": "a", "staging": "b", "prod": "c"},
  "tier": {"dev": "Standard", "staging": "Standard", "prod": "Golden"},
  "kind": "Number"
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Say) -> Path:
    """A repository with a type of its own, whose schema lets more through than CloudFormation."""
    (tmp_path / "mlops-gitops.yaml").write_text(SETTINGS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    say("blueprint", "new", "note")
    home = tmp_path / "blueprints" / "note"
    schema = json.loads((home / "schema.json").read_text("utf-8"))
    text = {"title": "Text", "description": "Any text.", "type": "string", "minLength": 1}
    per_stage = {"type": "object", "additionalProperties": {"$ref": "#/$defs/any"}}
    schema["$defs"]["any"] = text
    schema["properties"]["tier"] = {
        "x-per-stage": True,
        "anyOf": [{"$ref": "#/$defs/any"}, per_stage],
    }
    schema["properties"]["kind"] = {"$ref": "#/$defs/any"}
    schema["required"] += ["tier", "kind"]
    (home / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    template = (home / "template.yaml").read_text("utf-8")
    tier = "  Tier:\n    Description: Tier.\n    Type: String\n    AllowedPattern: ^[A-Za-z]+$\n"
    template = template.replace("  Note:\n", f"{tier}  Note:\n", 1)
    kind = '      Type: {"Mlops::Insert": config.kind}\n      Tier: !Ref Tier\n'
    template = template.replace("      Type: String\n      Value", f"{kind}      Value", 1)
    (home / "template.yaml").write_text(template, encoding="utf-8")
    (home / "example.json").unlink()
    write(tmp_path, CONFIG)
    return tmp_path


def write(root: Path, config: str) -> None:
    """Write the only config."""
    (root / "churn").mkdir(exist_ok=True)
    (root / "churn" / "mlops-config.json").write_text(config, encoding="utf-8")


@pytest.mark.usefixtures("folder")
def test_findings_stand_where_they_were_caused(say: Say, golden: Golden) -> None:
    """An insert's value in all stages once, a parameter's in the stage that is wrong."""
    assert say("validate").code == 0

    said = say("validate", "--lint")

    assert said.code == 3
    golden("validate/lint", said)
    places = [line.split(" ")[0] for line in said.out.splitlines() if "MG217" in line]
    assert places == ["churn/mlops-config.json:5:62:", "churn/mlops-config.json:6:11:"]


def test_what_cloudformation_takes_passes(folder: Path, say: Say) -> None:
    """Nothing more is said than without it."""
    write(folder, CONFIG.replace("Golden", "Advanced").replace("Number", "StringList"))

    assert str(say("validate", "--lint")) == str(say("validate"))


def test_every_format_takes_findings(folder: Path, say: Say) -> None:
    """They are problems as all others are."""
    assert folder
    said = json.loads(say("validate", "--lint", "--output", "json").out)["problems"]
    sarif = json.loads(say("validate", "--lint", "--output", "sarif").out)["runs"][0]

    assert [(each["pointer"], each["severity"]) for each in said] == [
        ("/tier/prod", "warning"),
        ("/kind", "error"),
    ]
    assert [rule["id"] for rule in sarif["tool"]["driver"]["rules"]] == ["MG217"]


def test_a_config_with_errors_is_not_linted(folder: Path, say: Say) -> None:
    """Its own problems come first; settings with errors leave nothing to lint."""
    write(folder, CONFIG.replace('"kind"', '"kinds"'))
    assert "MG217" not in say("validate", "--lint").out

    (folder / "mlops-gitops.yaml").write_text("version: 1\n", encoding="utf-8")
    said = say("validate", "--lint")
    assert said.code == 3
    assert "MG217" not in said.out
