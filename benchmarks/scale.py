"""How cost grows with the number of workloads, and beside Sceptre and the `aws` command.

Repositories of several types in three stages, and accounts on the embedded AWS in which all of it
is deployed. Calls are counted where they arrive, time and memory are those of whole processes. The
embedded AWS answers from the same machine, in Python: what a page takes there is no measure of
AWS, so seconds of CPU stand beside those on the clock.

Run it with `python benchmarks/scale.py`, or with other numbers of workloads behind it. It takes
about six minutes; the peers are installed once into `.venv-bench`.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from scaling.accounts import deployed, serving
from scaling.measured import Cost, Door, Failed, ran, told
from scaling.peers import aws_deploy, install_peers, sceptre
from scaling.repositories import Config, changed, generated, written

from mlops_gitops import app
from mlops_gitops.desired.stack import DesiredStack
from mlops_gitops.emulator.lifecycle import Measuring
from mlops_gitops.use_cases.desire import desire

SIZES = (100, 300, 1_000)
MANY = 10_000
SAMPLES = (20, 60)
"""Stacks that Sceptre launches: two sizes tell what starting costs from what a stack costs."""
DEPLOYED = 10
"""Stacks that the `aws` command is run for."""
LIMIT = 5
OURS = Path(sys.executable).parent / "mlops-gitops"
INCOMPLETE = 5
"""Exit code of what could not compare everything."""
STAGES = 3
PAGE = 100
KEYS = 1_000
ACCOUNTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A repository, and the state of accounts that run it."""

    count: int
    folder: Path
    configs: Mapping[str, Config]

    @property
    def root(self) -> Path:
        """Where the repository lies."""
        return self.folder / "repository"

    @property
    def pages(self) -> int:
        """The fewest answers in which all that has to be read fits."""
        stacks = -(-self.count // PAGE) * ACCOUNTS
        return stacks + -(-self.count // KEYS)

    @contextmanager
    def served(self, limit: float = 0) -> Iterator[Door]:
        """Serve the accounts; what is asked of them is counted."""
        record = self.folder / "calls.jsonl"
        record.unlink(missing_ok=True)
        measuring = Measuring(calls_per_second=limit, record=record, saves_at_end=True)
        with serving(self.folder / "state", measuring):
            yield Door(record)


def main() -> None:
    """Measure, and print tables and ratios."""
    install_peers()
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; whole processes, one run each\n")
    heading()
    with tempfile.TemporaryDirectory() as folder:
        for count in sizes:
            configs = generated(count)
            ground = Ground(count=count, folder=Path(folder) / str(count), configs=configs)
            deployed(ground.folder, configs)
            grow(ground)
            if count == min(sizes):
                sweep(ground)
                throttle_changed(ground)
            if count == max(sizes):
                compare(ground)
                throttle(ground)
        many = Path(folder) / "many"
        written(many, generated(MANY))
        validate = [str(OURS), "validate", "--root", str(many)]
        row(f"\nvalidate, {MANY:,} configs", ran(validate, Door(many / "none.jsonl")))


def heading() -> None:
    """Print what stands above the table."""
    print(
        f"{'':33}{'seconds':>8}{'CPU':>8}{'MB':>6}{'calls':>8}  {'pages':>5}  calls by service",
        flush=True,
    )


def row(name: str, cost: Cost, pages: int | str = "") -> None:
    """Print one line of the table."""
    print(
        f"{name:33}{cost.wall:8.1f}{cost.cpu:8.1f}{cost.memory:6}{cost.total:8,}  {pages:>5}  "
        f"{told(cost.calls)}",
        flush=True,
    )


def grow(ground: Ground) -> None:
    """Measure what is asked every day, at one size."""
    print(f"\n{ground.count:,} workloads in {STAGES} stages", flush=True)
    plan = [str(OURS), "plan", "--root", str(ground.root)]
    validate = [str(OURS), "validate", "--root", str(ground.root)]
    commit(ground.root)
    with ground.served() as door:
        row("validate", ran(validate, door))
        row("plan, nothing changed", ran(plan, door), ground.pages)
        row("apply, nothing changed", ran([str(OURS), "apply", *plan[2:]], door), ground.pages)
        first = next(iter(ground.configs))
        written(ground.root, {first: changed(ground.configs[first])})
        row("plan, one workload changed", ran(plan, door), ground.pages)
        row("plan --changed-since, that one", ran([*plan, "--changed-since", "HEAD"], door))
        written(ground.root, {path: changed(each) for path, each in ground.configs.items()})
        row("plan, all changed", ran(plan, door), ground.pages)
        written(ground.root, ground.configs)


def commit(root: Path) -> None:
    """Commit the repository as it is."""
    me = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com")
    words = (("init", "-q"), ("add", "-A"), (*me, "commit", "-q", "-m", "bench"))
    for each in words:
        command = ["git", "-C", str(root), *each]
        subprocess.run(command, check=True)


def compare(ground: Ground) -> None:
    """Put the same unchanged stacks before the peers, and say what all of them would cost."""
    stacks = stacks_of(ground)
    all_of_them = ground.count * STAGES
    with ground.served() as door:
        ours = ran([str(OURS), "plan", "--root", str(ground.root)], door)
        few, many = (
            sceptre(ground.folder / f"sceptre-{count}", stacks[:count], door) for count in SAMPLES
        )
        single = [aws_deploy(ground.folder, stack, door) for stack in stacks[:DEPLOYED]]
    print(f"\n{ground.count:,} x {STAGES} unchanged, beside others")
    row("mlops-gitops plan", ours, ground.pages)
    for count, cost in zip(SAMPLES, (few, many), strict=True):
        row(f"sceptre launch, {count} stacks", cost)
    row(f"aws cloudformation deploy, {DEPLOYED}", added(single))
    spent: dict[str, Callable[[Cost], float]] = {
        "seconds": lambda cost: cost.wall,
        "CPU": lambda cost: cost.cpu,
        "calls": lambda cost: cost.total,
    }
    print(f"all {all_of_them:,} stacks, extrapolated  Sceptre       x ours   aws deploy  x ours")
    for name, of in spent.items():
        each = (of(many) - of(few)) / (SAMPLES[1] - SAMPLES[0])
        launched = of(few) + each * (all_of_them - SAMPLES[0])
        deployed_all = of(added(single)) / DEPLOYED * all_of_them
        print(
            f"  {name:28}{launched:10,.0f}{launched / of(ours):12.1f}"
            f"{deployed_all:13,.0f}{deployed_all / of(ours):8.1f}",
            flush=True,
        )


def throttle(ground: Ground) -> None:
    """Plan where no account takes more than a few calls a second."""
    print(f"\n{ground.count:,} x {STAGES} unchanged, {LIMIT} calls a second for each account")
    stacks = stacks_of(ground)[: SAMPLES[0]]
    with ground.served(LIMIT) as door:
        cost = ran([str(OURS), "plan", "--root", str(ground.root)], door)
        row("mlops-gitops plan", cost, ground.pages)
        print(f"  refused {cost.refused} of {cost.total} calls, none of them seen by anybody")
        try:
            other = sceptre(ground.folder / "sceptre-throttled", stacks, door)
        except Failed:
            print(f"  sceptre launch of {len(stacks)} stacks fails")
            return
        row(f"sceptre launch, {len(stacks)} stacks", other)
        print(f"  refused {other.refused} of {other.total} calls")


def sweep(ground: Ground) -> None:
    """Look for drift; of what was copied the resources are missing, and that is found."""
    with ground.served() as door:
        command = [str(OURS), "drift", "--root", str(ground.root)]
        row("drift", ran(command, door, good=(0, INCOMPLETE)))


def throttle_changed(ground: Ground) -> None:
    """Plan what reads every template where no account takes more than a few calls a second."""
    written(ground.root, {path: changed(each) for path, each in ground.configs.items()})
    with ground.served(LIMIT) as door:
        cost = ran([str(OURS), "plan", "--root", str(ground.root)], door)
    row(f"the same, {LIMIT} calls a second each", cost, ground.pages)
    print(f"  refused {cost.refused} of {cost.total} calls, none of them seen by anybody")
    written(ground.root, ground.configs)


def stacks_of(ground: Ground) -> list[DesiredStack]:
    """Give stacks of one account, of all types in turn."""
    with ground.served():
        desired = desire(app.world_on_aws(ground.root))
    return [workload.stacks[0] for workload in desired.workloads[: max(SAMPLES)]]


def added(costs: list[Cost]) -> Cost:
    """Give the cost of several runs, one after the other."""
    return Cost(
        wall=sum(each.wall for each in costs),
        cpu=sum(each.cpu for each in costs),
        memory=max(each.memory for each in costs),
        calls=sum((each.calls for each in costs), Counter()),
        refused=sum(each.refused for each in costs),
        said="",
    )


if __name__ == "__main__":
    main()
