"""An executor that is killed leaves nothing running, and a folder that can be read."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from local_pipeline import SLEEP, Kitchen, is_alive, until

from mlops_gitops.executor.api import read_run, read_steps

RUN = """
import sys
from pathlib import Path
from local_pipeline import Kitchen, job
Kitchen(Path(sys.argv[1])).run({"Steps": [job("A")]})
"""


def test_a_killed_executor_leaves_nothing_running(kitchen: Kitchen) -> None:
    """Its programs are killed with it; the run has stopped for whoever reads."""
    mark = kitchen.path / "runs-now"
    kitchen.script("a.py", SLEEP.format(str(mark)).replace(".touch()", ".write_text(str(OWN))"))
    script = kitchen.path / "code" / "a.py"
    script.write_text("import os\nOWN = os.getpid()\n" + script.read_text("utf-8"), "utf-8")
    tests = Path(__file__).parents[2]
    runner = subprocess.Popen(
        [sys.executable, "-c", RUN, str(kitchen.path)],
        env={**os.environ, "PYTHONPATH": f"{tests}:{tests.parent}"},
    )
    try:
        until(lambda: mark.exists() and mark.read_text("utf-8"))
        program = int(mark.read_text("utf-8"))
        (folder,) = (kitchen.path / "runs").iterdir()
        assert read_run(folder)["PipelineExecutionStatus"] == "Executing"
        assert is_alive(program)
    finally:
        runner.send_signal(signal.SIGKILL)
        runner.wait()

    until(lambda: not is_alive(program))
    assert read_run(folder)["PipelineExecutionStatus"] == "Stopped"
    assert [each["StepStatus"] for each in read_steps(folder)] == ["Stopped"]
