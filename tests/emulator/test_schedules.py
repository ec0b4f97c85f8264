"""Schedules of EventBridge Scheduler start state machines."""

import time

import pytest
from embedded_aws import DEV, client
from emulator.machines import MACHINE_ROLE

from mlops_gitops.emulator.lifecycle import Running


@pytest.mark.slow
def test_a_schedule_starts_its_machine_with_its_input(jobs_aws: Running) -> None:
    """A schedule whose time has come starts the machine, within the ten seconds of a sweep."""
    machines = client(jobs_aws, "stepfunctions", DEV)
    machine = machines.create_state_machine(
        name="scheduled",
        definition='{"StartAt": "End", "States": {"End": {"Type": "Pass", "End": true}}}',
        roleArn=MACHINE_ROLE,
    )["stateMachineArn"]
    client(jobs_aws, "scheduler", DEV).create_schedule(
        Name="due",
        ScheduleExpression="at(2020-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": machine, "RoleArn": MACHINE_ROLE, "Input": '{"reason": "schedule"}'},
    )

    deadline = time.monotonic() + 60
    while not (found := machines.list_executions(stateMachineArn=machine)["executions"]):
        assert time.monotonic() < deadline, "the schedule was never fired"
        time.sleep(0.2)

    told = machines.describe_execution(executionArn=found[0]["executionArn"])
    assert told["input"] == '{"reason": "schedule"}'
