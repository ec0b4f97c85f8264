"""`validate` against its peers, side by side in one run.

- check-jsonschema on the same files with an equivalent schema, for 1,000 and 10,000 configs of all
  pipeline types in turn;
- hostile files of 1 MiB, against the promise that no input takes longer than two seconds;
- the `aws` command, for what starting a command line costs;
- 40 configs, the size of a repository, against the promise of 150 ms for the whole process.

Run it with `python benchmarks/validate.py`. The peers are installed once into `.venv-bench`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mlops_gitops import app
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.config.schemas import Schemas, for_stages
from mlops_gitops.use_cases.validate import read_schemas, validate

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-bench"
OURS = Path(sys.executable).parent / "mlops-gitops"
GOOD = ROOT / "config-examples" / "good"
SETTINGS = (GOOD / "guide-multi-account" / "mlops-gitops.yaml").read_bytes()
STAGES = ("dev", "staging", "prod")
RUNS = {40: 21, 1_000: 7, 10_000: 3}
START_UP_RUNS = 15
HOSTILE_RUNS = 3
REFUSED = 3


def main() -> None:
    """Measure, and print a table and the ratios."""
    install_peers()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians of whole processes\n")
    for count, runs in RUNS.items():
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), count, runs)
    hostile()
    start_up()


def install_peers() -> None:
    """Make the environment of the peers, once."""
    if not (PEERS / "bin" / "aws").exists():
        venv.create(PEERS, with_pip=True)
        (PEERS / ".gitignore").write_text("*\n", encoding="utf-8")
        install = [str(PEERS / "bin" / "pip"), "install", "-qq", "check-jsonschema", "awscli"]
        subprocess.run(install, check=True)


def compare(folder: Path, count: int, runs: int) -> None:
    """Validate the same files with both, turn by turn."""
    configs = write_repository(folder / "repository", count)
    schema = write_schema(folder / "schema.json")
    ours = [str(OURS), "validate", "--root", str(folder / "repository")]
    peer = [str(PEERS / "bin" / "check-jsonschema"), "--schemafile", str(schema), *configs]
    timings = [(seconds(ours), seconds(peer)) for _ in range(runs)]
    mine, theirs = (statistics.median(column) for column in zip(*timings, strict=True))
    print(f"{count:>6,} configs  mlops-gitops validate  {mine * 1000:>8,.0f} ms")
    print(f"                check-jsonschema       {theirs * 1000:>8,.0f} ms")
    print(f"                ratio                  {theirs / mine:>8.1f} x\n")


def start_up() -> None:
    """Compare what a command line costs before it does anything."""
    ours = [str(OURS), "--version"]
    peer = [str(PEERS / "bin" / "aws"), "--version"]
    timings = [(seconds(ours), seconds(peer)) for _ in range(START_UP_RUNS)]
    mine, theirs = (statistics.median(column) for column in zip(*timings, strict=True))
    print(f"start-up        mlops-gitops --version {mine * 1000:>8,.0f} ms")
    print(f"                aws --version          {theirs * 1000:>8,.0f} ms")
    print(f"                ratio                  {theirs / mine:>8.1f} x")


def hostile() -> None:
    """Validate the files that take longest, each alone."""
    for what, text in hostile_texts().items():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "mlops-gitops.yaml").write_bytes(SETTINGS)
            (root / "mlops-config.json").write_text(text, encoding="utf-8")
            command = [str(OURS), "validate", "--root", folder]
            took = statistics.median(seconds(command, REFUSED) for _ in range(HOSTILE_RUNS))
        print(f"hostile         {what:<22} {took * 1000:>8,.0f} ms")
    print()


def hostile_texts() -> Mapping[str, str]:
    """Make files near the limit of 1 MiB, with the mistake where it is found last."""
    training = '{"pipeline_type": "model_training_builtin", "algo_hyperparamaters": {"a": ['
    unknown = ", ".join(f'"{number:05x}": 0' for number in range(80_000))
    return {
        "numbers, error at end": '{"a": [' + "0," * 520_000 + "0 1]}",
        "lists, error at end": '{"a": [' + "[0]," * 260_000 + "0 1]}",
        "depth, error at end": '{"a": [' + ("[" * 60 + "]" * 60 + ",") * 8_500 + "0 1]}",
        "depth and an emoji": r'{"\ud83d\ude00": [' + ("[" * 60 + "]" * 60 + ",") * 8_500 + "0]}",
        "a key twice, at end": "{" + unknown + ', "00000": 0}',
        "unknown keys": '{"pipeline_type": "byom_realtime_builtin", ' + unknown + "}",
        "placeholders": training + '"TODO",' * 140_000 + '""]}}',
        "a number of 1 MB": '{"model_name": ' + "9" * 1_000_000 + "}",
    }


def write_repository(root: Path, count: int) -> list[str]:
    """Write many good configs, of all types in turn; give their paths."""
    root.mkdir()
    (root / "mlops-gitops.yaml").write_bytes(SETTINGS)
    examples = good_examples()
    paths = []
    for number in range(count):
        example = examples[number % len(examples)]
        path = root / f"team-{number // 100}" / f"model-{number}" / "mlops-config.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(numbered(example, number), indent=2), encoding="utf-8")
        paths.append(str(path))
    return paths


def good_examples() -> list[dict[str, Any]]:
    """Take an example of each type that is good beside the settings of three stages."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(GOOD.rglob("*.json")):
        config = json.loads(path.read_bytes())
        if not isinstance(config, dict) or config.get("pipeline_type") in found:
            continue
        files = {"mlops-gitops.yaml": SETTINGS, "mlops-config.json": path.read_bytes()}
        validated = validate(MemoryFiles(files), app.package_data())
        if validated.configs and not validated.problems:
            found[config["pipeline_type"]] = config
    return list(found.values())


def numbered(example: dict[str, Any], number: int) -> dict[str, Any]:
    """Give a config names of its own."""
    config = {key: value for key, value in example.items() if key != "endpoint_name"}
    for key in ("model_name", "image_tag", "name"):
        if key in example:
            config[key] = f"model-{number}"
    if "endpoint_name" in example:
        config["endpoint_name"] = {stage: f"endpoint-{number}-{stage}" for stage in STAGES}
    return config


def write_schema(path: Path) -> Path:
    """Write one schema for the peer that holds each config to what our own check compiles."""
    schemas = read_schemas(app.package_data())
    cases, definitions = [], {}
    for name in schemas.pipeline_types():
        definitions[name] = {"$id": f"{name}.json", **compiled(schemas, name)}
        is_it = {"properties": {"pipeline_type": {"const": name}}}
        cases.append({"if": is_it, "then": {"$ref": f"{name}.json"}})
    whole = {"$id": "https://example.com/all.json", "allOf": cases, "$defs": definitions}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def compiled(schemas: Schemas, name: str) -> dict[str, Any]:
    """Give a type's schema as it is compiled for three stages."""
    type_ = schemas.pipeline_type(name)
    own = ("orchestrator",) if type_ is not None and type_.in_orchestrator else STAGES
    return dict(for_stages(schemas.bundled(name), STAGES, own))


def seconds(command: Sequence[str], code: int = 0) -> float:
    """Run a process that must end with a code; give how long it took."""
    started = time.perf_counter()
    ended = subprocess.run(command, check=False, capture_output=True)
    took = time.perf_counter() - started
    if ended.returncode != code:
        sys.exit(f"{command[0]} ended with {ended.returncode}: {ended.stdout + ended.stderr!r}")
    return took


if __name__ == "__main__":
    main()
