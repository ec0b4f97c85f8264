"""What goes wrong in a job ends as it would on SageMaker, and is said."""

import json
import os
import signal
import threading
import time

import pytest
from local_pipeline import (
    SLEEP,
    Kitchen,
    channel,
    ends,
    get,
    is_alive,
    job,
    processing,
    running,
    until,
)

from mlops_gitops.errors import Blocked
from mlops_gitops.executor.api import (
    Isolation,
    Notice,
    Status,
    ask_to_stop,
    read_log,
    start,
)


def test_a_script_that_fails_says_why(kitchen: Kitchen, isolation: Isolation) -> None:
    """The last lines of its stderr and its exit code; what needs it never starts."""
    kitchen.script("a.py", "import sys\nprint('x')\nsys.exit('no such column: price')\n")
    kitchen.script("b.py", "")

    result = kitchen.run({"Steps": [job("A"), job("B", "A")]}, isolation=isolation)

    assert ends(result) == {"A": ("Failed", "failed"), "B": ("Skipped", "skipped")}
    assert result.steps[0].reason == "AlgorithmError: no such column: price, exit code: 1"
    assert result.steps[1].why == "It needs another end of A (Failed)."
    assert result.reason == "Step failure: One or multiple steps failed."
    assert result.can_retry


def test_a_script_may_write_its_reason(kitchen: Kitchen) -> None:
    """What is in /opt/ml/output/failure wins, cut to what SageMaker keeps."""
    text = "open(OPT + '/output/failure', 'w').write('too few rows' + ' ' * 5000); exit(3)"
    kitchen.script("a.py", text)

    result = kitchen.run({"Steps": [job("A")]})

    assert result.steps[0].reason == "AlgorithmError: too few rows, exit code: 3"


def test_a_job_may_not_run_for_ever(kitchen: Kitchen, isolation: Isolation) -> None:
    """It is told to end, and killed if it does not."""
    deaf = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)\n"
    kitchen.script("a.py", deaf)
    step = job("A", arguments={"StoppingCondition": {"MaxRuntimeInSeconds": 1}})

    result = kitchen.run({"Steps": [step]}, isolation=isolation, grace=0.5)

    assert result.steps[0].reason == "MaxRuntimeExceeded: the job ran for longer than 1 s."


def test_a_script_that_is_killed_is_the_machines_fault(kitchen: Kitchen) -> None:
    """As when memory runs out; a retry policy may name that, and then it is tried again."""
    kitchen.script(
        "a.py",
        "import os, signal\nfrom pathlib import Path\n"
        f"mark = Path({str(kitchen.path / 'mark')!r})\n"
        "first = not mark.exists()\nmark.touch()\n"
        "if first: os.kill(os.getpid(), signal.SIGKILL)\n",
    )
    policy = {
        "ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"],
        "IntervalSeconds": 1,
        "BackoffRate": 1,
        "MaxAttempts": 1,
    }

    result = kitchen.run({"Steps": [job("A", RetryPolicies=[policy])]})

    assert ends(result) == {"A": ("Succeeded", "executed")}
    assert result.steps[0].attempts == 2
    (kitchen.path / "mark").unlink()
    again = kitchen.run({"Steps": [job("A")]})
    assert again.steps[0].reason.startswith("InternalServerError: the program was killed")


def test_faults_of_the_service_can_be_asked_for(kitchen: Kitchen) -> None:
    """So that a retry policy can be seen to work before it is needed."""
    kitchen.script("a.py", "")
    policy = {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 1, "MaxAttempts": 2}
    step = job("A", RetryPolicies=[policy])

    result = kitchen.run({"Steps": [step]}, faults={"A": ("Step.THROTTLING",)})
    failed = kitchen.run({"Steps": [step]}, faults={"A": ("SageMaker.CAPACITY_ERROR",)})

    assert result.steps[0].attempts == 2
    assert result.status is Status.SUCCEEDED
    assert failed.steps[0].reason == "SageMaker.CAPACITY_ERROR: asked for by the request."


def test_data_that_is_not_there_is_said(kitchen: Kitchen) -> None:
    """With the place."""
    kitchen.script("a.py", "")
    step = job("A")
    step["Arguments"]["InputDataConfig"].append(channel("x", "s3://bucket/nothing"))  # type: ignore[index] - it is a step

    result = kitchen.run({"Steps": [step]})

    assert "there are no objects at s3://bucket/nothing" in result.steps[0].reason


@pytest.mark.parametrize(
    "uri", ["s3://bucket/../../../../etc/passwd", "s3://../x", "file:///etc/passwd", "s3://b//./x"]
)
def test_no_uri_leads_out_of_the_run_folder(kitchen: Kitchen, uri: str) -> None:
    """Neither for what is read nor for what is written."""
    kitchen.script("a.py", "open(OPT + '/model/m', 'w').write('x')")
    reading = job("A")
    reading["Arguments"]["InputDataConfig"].append(channel("x", uri))  # type: ignore[index] - it is a step
    writing = {**job("A", arguments={"OutputDataConfig": {"S3OutputPath": uri}}), "Name": "B"}

    result = kitchen.run({"Steps": [reading, writing]})

    assert [each.status for each in result.steps] == [Status.FAILED, Status.FAILED]
    assert all(each.reason.startswith("ClientError") for each in result.steps)


@pytest.mark.parametrize("folder", ["/etc", "/opt/ml/../../etc", "/opt/mlx", "relative"])
def test_no_folder_is_outside_of_opt_ml(kitchen: Kitchen, folder: str) -> None:
    """A job's folders are its own."""
    kitchen.script("p.py", "")
    step = processing("P", [], [], ["out"])
    outputs = step["Arguments"]["ProcessingOutputConfig"]["Outputs"]
    outputs[0]["S3Output"]["LocalPath"] = folder

    result = kitchen.run({"Steps": [step]})

    assert result.steps[0].reason == f"ClientError: {folder} is not below /opt/ml."


def test_links_are_not_followed_out_of_a_job(kitchen: Kitchen) -> None:
    """What a script links to is not uploaded."""
    (kitchen.path / "private").write_text("private", encoding="utf-8")
    link = f"import os; os.symlink({str(kitchen.path / 'private')!r}, OPT + '/processing/out/l')"
    kitchen.script("p.py", f"{link}; open(OPT + '/processing/out/own', 'w').write('own')")

    result = kitchen.run({"Steps": [processing("P", [], [], ["out"])]})

    made = [path.name for path in (result.folder / "s3/bucket/out").rglob("*") if path.is_file()]
    assert made == ["own"]


def test_logs_may_be_big_and_binary(kitchen: Kitchen) -> None:
    """They are cut at a limit, and what is said of them is text."""
    kitchen.script(
        "a.py",
        "import sys\nfor _ in range(40): sys.stdout.buffer.write(b'\\x00\\xff\\x1b[31m' * 100000)\n"
        "sys.stderr.buffer.write(b'\\x1b[31mbad \\xff byte\\n'); sys.exit(1)\n",
    )

    result = kitchen.run({"Steps": [job("A")]})

    log = read_log(result.folder, "A") or b""
    assert 16 * 1024 * 1024 < len(log) < 17 * 1024 * 1024
    assert log.endswith(b"The log is cut here.\n")
    assert result.steps[0].reason.isprintable()
    assert "bad" in result.steps[0].reason


def test_what_a_program_leaves_behind_is_ended(kitchen: Kitchen) -> None:
    """A process in the background does not keep the step, and does not stay."""
    pid = kitchen.path / "pid"
    kitchen.script(
        "a.py",
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n",
    )

    began = time.monotonic()
    result = kitchen.run({"Steps": [job("A")]})

    assert result.status is Status.SUCCEEDED
    assert time.monotonic() - began < 30
    until(lambda: not is_alive(int(pid.read_text("utf-8"))))


def test_a_run_can_be_stopped(kitchen: Kitchen) -> None:
    """Programs are told to end; the run folder says Stopped."""
    kitchen.script("a.py", SLEEP.format(str(kitchen.path / "runs-now")))
    kitchen.script("b.py", "")
    handle = running(kitchen, kitchen.request({"Steps": [job("A"), job("B", "A")]}))

    handle.stop()
    result = handle.wait(60)

    assert result.status is Status.STOPPED
    assert ends(result) == {"A": ("Stopped", ""), "B": ("Skipped", "skipped")}
    told = json.loads((result.folder / "run.json").read_text("utf-8"))
    assert told["PipelineExecutionStatus"] == "Stopped"
    assert handle.steps()[0]["StepStatus"] == "Stopped"


def test_a_run_can_be_stopped_from_elsewhere(kitchen: Kitchen) -> None:
    """By another process, that knows its folder alone; afterwards there is nothing to stop."""
    kitchen.script("a.py", SLEEP.format(str(kitchen.path / "runs-now")))
    handle = running(kitchen, kitchen.request({"Steps": [job("A")]}))

    ask_to_stop(handle.folder)

    assert handle.wait(60).status is Status.STOPPED
    with pytest.raises(Blocked, match="does not run: it is Stopped"):
        ask_to_stop(handle.folder)


class Leaping:
    """A clock that leaps over what would have to be waited for."""

    def __init__(self) -> None:
        """Begin in 1970."""
        self.at = 0.0

    def now(self) -> float:
        """Give the time."""
        return self.at

    def wait(self, something: threading.Event, seconds: float | None) -> None:
        """Leap, unless something happens."""
        if not something.wait(0.2):
            self.at += seconds or 0


def test_pauses_between_tries_need_not_be_waited_for(kitchen: Kitchen) -> None:
    """A test may drive the clock; the run folder says when things happened by it."""
    kitchen.script("a.py", "")
    policy = {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 1, "MaxAttempts": 3}
    faults = {"A": ("Step.THROTTLING",) * 2}
    clock = Leaping()

    step = job("A", RetryPolicies=[policy])
    result = kitchen.run({"Steps": [step]}, faults=faults, clock=clock)

    assert result.status is Status.SUCCEEDED
    assert result.steps[0].attempts == 3
    assert result.steps[0].ended is not None
    assert result.steps[0].ended >= 3


def test_a_listener_that_fails_ends_the_run(kitchen: Kitchen) -> None:
    """Where somebody waits, its failure is raised; the folder says that it failed."""
    kitchen.script("a.py", "")

    def listen(notice: Notice) -> None:
        raise RuntimeError(notice.text)

    handle = start(kitchen.request({"Steps": [job("A")]}), listen)
    with pytest.raises(RuntimeError):
        handle.wait(60)

    told = json.loads((handle.folder / "run.json").read_text("utf-8"))
    assert told["PipelineExecutionStatus"] == "Failed"


def test_runs_in_one_folder_do_not_meet(kitchen: Kitchen) -> None:
    """Two that start at once have a folder each."""
    kitchen.script("a.py", "open(OPT + '/model/m', 'w').write('x')")
    request = kitchen.request({"Steps": [job("A")]})

    handles = [start(request), start(request)]
    results = [handle.wait(60) for handle in handles]

    assert [each.status for each in results] == [Status.SUCCEEDED] * 2
    assert len({each.folder for each in results}) == 2


def test_references_that_name_nothing_fail_the_step(kitchen: Kitchen) -> None:
    """With the reference."""
    kitchen.script("a.py", "")
    kitchen.script("b.py", "")
    step = job("B", arguments={"HyperParameters": {"x": get("Steps.A.Model.Nothing")}})

    result = kitchen.run({"Steps": [job("A"), step]})

    assert result.steps[1].reason == "ClientError: Step A has nothing at Model."


def test_interrupting_stops_what_runs(kitchen: Kitchen) -> None:
    """Ctrl-C while somebody waits leaves a readable folder; nothing goes on."""
    kitchen.script("a.py", SLEEP.format(str(kitchen.path / "runs-now")))

    def interrupt() -> None:
        until((kitchen.path / "runs-now").exists)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        kitchen.run({"Steps": [job("A")]})

    (folder,) = (kitchen.path / "runs").iterdir()
    told = json.loads((folder / "run.json").read_text("utf-8"))
    assert told["PipelineExecutionStatus"] == "Stopped"
