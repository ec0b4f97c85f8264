"""`validate` against its peers, side by side in one run.

- check-jsonschema on the same files with an equivalent schema, for 1,000 and 10,000 configs;
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
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-bench"
OURS = Path(sys.executable).parent / "mlops-gitops"
EXAMPLE = ROOT / "config-examples" / "good" / "guide-multi-account"
STAGES = ("dev", "staging", "prod")
RUNS = {40: 21, 1_000: 7, 10_000: 3}
START_UP_RUNS = 15


def main() -> None:
    """Measure, and print a table and the ratios."""
    install_peers()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians of whole processes\n")
    for count, runs in RUNS.items():
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), count, runs)
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


def write_repository(root: Path, count: int) -> list[str]:
    """Write many good configs with per-stage values; give their paths."""
    root.mkdir()
    settings = (EXAMPLE / "mlops-gitops.yaml").read_bytes()
    (root / "mlops-gitops.yaml").write_bytes(settings)
    example = json.loads((EXAMPLE / "my-model" / "mlops-config.json").read_bytes())
    paths = []
    for number in range(count):
        names = {stage: f"endpoint-{number}-{stage}" for stage in STAGES}
        config = {**example, "model_name": f"model-{number}", "endpoint_name": names}
        path = root / f"team-{number // 100}" / f"model-{number}" / "mlops-config.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(config, indent=2), encoding="utf-8")
        paths.append(str(path))
    return paths


def write_schema(path: Path) -> Path:
    """Write the schema that our own check compiles, for the peer."""
    from mlops_gitops import app
    from mlops_gitops.config.schemas import for_stages
    from mlops_gitops.use_cases.validate import read_schemas

    bundled = read_schemas(app.package_data()).bundled("byom_realtime_builtin")
    path.write_text(json.dumps(for_stages(bundled, STAGES)), encoding="utf-8")
    return path


def seconds(command: Sequence[str]) -> float:
    """Run a process that must succeed; give how long it took."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
