"""What is contributed for running `watch` is sound where it runs."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from mlops_gitops.cli import group

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "contrib" / "systemd" / "mlops-gitops-watch.service"
CONTAINER = ROOT / "contrib" / "container" / "Containerfile"
ANALYZE = shutil.which("systemd-analyze")
LARGEST_EXPOSURE = 2.0
"""Of 10, as systemd-analyze reckons; 1 and a bit is what a service with a network gets."""


def directives() -> dict[str, list[str]]:
    """Read the unit: name -> values."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def instructions() -> list[tuple[str, str]]:
    """Read the Containerfile: instruction and arguments."""
    text = CONTAINER.read_text("utf-8").replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_the_unit_runs_the_command_as_nobody() -> None:
    """No account, no capability, nothing to write but the cache, and it is told to end politely."""
    unit = directives()

    assert unit["ExecStart"] == ["/usr/local/bin/mlops-gitops watch"]
    assert unit["SuccessExitStatus"] == ["143 130"]
    assert unit["CapabilityBoundingSet"] == [""]
    for name, value in {
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "CacheDirectory": "mlops-gitops",
        "Restart": "always",
    }.items():
        assert unit[name] == [value], name
    assert not [name for name in unit if name in {"User", "KillSignal", "ReadWritePaths"}]


def test_nothing_contributed_holds_a_secret() -> None:
    """They come from files and from the environment of whoever runs it."""
    for file in (UNIT, CONTAINER):
        text = file.read_text("utf-8")
        assert not re.search(r"(TOKEN|SECRET|PASSWORD|KEY)[A-Z_]*=\S", text)


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Every directive is known to systemd, and it finds little that the service is exposed to."""
    unit = tmp_path / UNIT.name
    text = UNIT.read_text("utf-8").replace("/usr/local/bin/mlops-gitops", "/bin/true")
    unit.write_text(text, encoding="utf-8")

    def analyzed(*words: str) -> str:
        done = subprocess.run(
            [str(ANALYZE), *words, str(unit)], capture_output=True, text=True, check=True
        )
        return done.stdout + done.stderr

    assert UNIT.name not in analyzed("verify")
    (exposure,) = re.findall(
        r"exposure level for \S+: ([0-9.]+)", analyzed("security", "--offline=true")
    )
    assert float(exposure) < LARGEST_EXPOSURE


def test_the_container_runs_the_command_as_nobody() -> None:
    """As a number, so that everybody can see that it is not root; nothing is fetched by URL."""
    found = instructions()
    last = max(number for number, (name, _) in enumerate(found) if name == "FROM")
    final = found[last:]
    users = [value for name, value in final if name == "USER"]

    assert users == ["65532:65532"]
    assert ("ENTRYPOINT", '["mlops-gitops"]') in final
    assert ("CMD", '["watch"]') in final
    assert not [name for name, _ in found if name == "ADD"]
    assert not [value for name, value in final if name == "COPY" and "--from=build" not in value]


def test_the_container_has_all_that_the_wheel_needs() -> None:
    """What pyproject.toml puts into the wheel is copied into the build."""
    wheel = re.findall(
        r"^include = \[(.+)\]$", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    wanted = {part.strip('"/ ').split("/")[0] for part in wheel[0].split(",")}
    copied = {word for name, value in instructions() if name == "COPY" for word in value.split()}

    assert wanted <= copied
    assert {"pyproject.toml", "README.md", "LICENSE"} <= copied


def test_what_they_run_is_a_command() -> None:
    """Without an option that must be given, but for the remote, which the environment names."""
    command = group.get_command(click.Context(group), "watch")
    assert command is not None
    required = [each for each in command.params if each.required]

    assert [each.envvar for each in required] == ["MLOPS_GITOPS_REMOTE"]
