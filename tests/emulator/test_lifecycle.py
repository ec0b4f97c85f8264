"""Starting, finding, stopping and resetting the embedded AWS."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import embedded_stacks as stacks
import pytest
from embedded_aws import DEV, ORCHESTRATOR, client

from mlops_gitops.emulator import lifecycle
from mlops_gitops.emulator.lifecycle import Running
from mlops_gitops.errors import EmulatorError


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    """A state folder; whatever serves it at the end of the test is stopped."""
    yield tmp_path
    lifecycle.down(tmp_path)


def test_two_starts_at_once_make_one_server(state_dir: Path) -> None:
    """One wins, the other finds it running; after `down` nothing runs, and twice is harmless.

    It is not taken for one that enforces IAM.
    """
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda _: lifecycle.up(state_dir, port=0), range(2))

    assert first == second == lifecycle.status(state_dir)
    with pytest.raises(EmulatorError, match="does not evaluate the policies of roles"):
        lifecycle.up(state_dir, port=0, iam=lifecycle.Iam(enforced=True))
    assert lifecycle.down(state_dir)
    assert lifecycle.status(state_dir) is None
    assert not lifecycle.down(state_dir)


def test_state_survives_kill_and_restart(state_dir: Path) -> None:
    """What was done moments before kill -9 is there again: stacks, endpoints, objects."""
    running = lifecycle.up(state_dir, port=0)
    stack = stacks.create(client(running, "cloudformation", DEV), "s", stacks.realtime("lasting"))
    s3 = client(running, "s3")
    s3.create_bucket(Bucket="assets")
    enabled = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket="assets", VersioningConfiguration=enabled)
    versions = [
        s3.put_object(Bucket="assets", Key="a", Body=body)["VersionId"] for body in (b"1", b"2")
    ]
    client(running, "ssm").put_parameter(Name="last-write", Value="done", Type="String")
    wait_for_save(state_dir, "last-write")
    os.kill(running.pid, signal.SIGKILL)
    wait_for_end(state_dir)

    again = lifecycle.up(state_dir, port=0)

    try:
        found = stacks.settled(client(again, "cloudformation", DEV), "s")
        assert found["out"] == stack["out"]
        sagemaker = client(again, "sagemaker", DEV)
        endpoint = sagemaker.describe_endpoint(EndpointName="lasting")
        assert endpoint["EndpointStatus"] == "InService"
        s3 = client(again, "s3")
        bodies = [
            s3.get_object(Bucket="assets", Key="a", VersionId=version)["Body"].read()
            for version in versions
        ]
        assert bodies == [b"1", b"2"]
    finally:
        lifecycle.reset(state_dir)
    assert not (state_dir / "aws").exists()


def test_an_interrupted_stack_can_be_acted_on(state_dir: Path) -> None:
    """A stack that a crash left in progress has failed, says so, and can be deleted."""
    command = [sys.executable, "-m", "mlops_gitops.emulator.server", "--endpoint-seconds", "60"]
    server = subprocess.Popen([*command, "--port", "0", "--state-dir", str(state_dir)])
    running = wait_for_start(state_dir)
    template = json.dumps(stacks.realtime("slow"))
    client(running, "cloudformation").create_stack(StackName="slow", TemplateBody=template)
    wait_for_resource(running, "slow", "Config", "CREATE_COMPLETE")
    time.sleep(1.5)
    server.kill()
    server.wait()

    again = lifecycle.up(state_dir, port=0)

    try:
        cloudformation = client(again, "cloudformation")
        stack = stacks.settled(cloudformation, "slow")
        assert stack["StackStatus"] == "CREATE_FAILED"
        assert "was stopped during this operation" in stack["StackStatusReason"]
        stacks.delete(cloudformation, "slow")
    finally:
        lifecycle.down(state_dir)


def test_a_stale_record_is_recovered_from(state_dir: Path) -> None:
    """A record that a crash left behind names a process that is not ours: it is left alone."""
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    record = f'{{"pid": {bystander.pid}, "port": 1}}'
    (state_dir / "server.json").write_text(record)
    (state_dir / "server.lock").touch()

    assert lifecycle.status(state_dir) is None
    assert not lifecycle.down(state_dir)
    assert bystander.poll() is None
    bystander.communicate(b"\n")


def test_a_taken_port_is_a_clear_error(state_dir: Path) -> None:
    """A port that another program has is named, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmulatorError, match=f"Port {port} on 127.0.0.1 is taken") as caught:
            lifecycle.up(state_dir, port=port)

    assert "--port" in caught.value.hint


def test_reset_leaves_strangers_alone(state_dir: Path) -> None:
    """A folder that holds something else loses nothing of it."""
    (state_dir / "precious.txt").write_text("mine")
    (state_dir / "s3").mkdir()

    lifecycle.reset(state_dir)

    assert [entry.name for entry in state_dir.iterdir()] == ["precious.txt"]


def test_only_loopback_is_bound(aws: Running) -> None:
    """The server listens on 127.0.0.1 and nowhere else, MQTT included."""
    listening = {
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{aws.pid}/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[9] in sockets_of(aws.pid)
    }

    assert listening == {f"0100007F:{aws.port:04X}"}


def test_files_are_private(aws: Running) -> None:
    """Folder and files of the state are for their owner only."""
    modes = {path.stat().st_mode & 0o077 for path in [aws.state_dir, *aws.state_dir.rglob("*")]}

    assert modes == {0}


def test_a_web_page_is_turned_away(aws: Running) -> None:
    """A request that a browser sends for a foreign page never reaches a service."""
    for header in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        connection = http.client.HTTPConnection("127.0.0.1", aws.port)
        connection.request("GET", "/bucket", headers=header)
        assert connection.getresponse().status == 403
        connection.close()


def test_environment_says_how_to_talk_to_it(aws: Running) -> None:
    """The environment points at the server as the orchestrator, and unsets what would win."""
    environment = lifecycle.environment(aws)

    assert environment["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{aws.port}"
    assert environment["AWS_ACCESS_KEY_ID"] == ORCHESTRATOR
    assert environment["AWS_PROFILE"] is None
    assert environment["AWS_SESSION_TOKEN"] is None


def sockets_of(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return {link[len("socket:[") : -1] for link in links if link.startswith("socket:")}


def wait_for_end(state_dir: Path) -> None:
    """Wait until no server of this folder answers."""
    deadline = time.monotonic() + 60
    while lifecycle.status(state_dir) is not None and time.monotonic() < deadline:
        time.sleep(0.02)


def wait_for_start(state_dir: Path) -> Running:
    """Wait until a server of this folder answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        running = lifecycle.status(state_dir)
        if running is not None:
            return running
        time.sleep(0.02)
    raise AssertionError("No server came up.")


def wait_for_save(state_dir: Path, written: str) -> None:
    """Wait until this parameter is saved; nobody asks for it to be."""
    deadline = time.monotonic() + 60
    parameters, last = state_dir / "aws" / "ssm.json", state_dir / "sagemaker.pickle"
    while time.monotonic() < deadline:
        if parameters.exists() and written in parameters.read_text():
            while last.stat().st_mtime < parameters.stat().st_mtime:
                time.sleep(0.02)
            return
        time.sleep(0.02)
    raise AssertionError("The state was not saved.")


def wait_for_resource(running: Running, stack: str, resource: str, status: str) -> None:
    """Wait until a resource of a stack has come to this."""
    cloudformation = client(running, "cloudformation")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        if (resource, status) in {(e["LogicalResourceId"], e["ResourceStatus"]) for e in events}:
            return
        time.sleep(0.05)
    raise AssertionError(f"{resource} never came to {status}.")
