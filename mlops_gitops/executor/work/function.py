"""Lambda steps: the function's own code where it is known, a stand-in where it is not."""

import json
from pathlib import Path

from mlops_gitops.executor.logs import Log
from mlops_gitops.executor.retries import OUT_OF_TIME, SERVICE_FAULT
from mlops_gitops.executor.sandbox import CannotStart, Exit, Isolation, Program, run_program
from mlops_gitops.executor.work.desk import (
    Desk,
    Done,
    How,
    LocalFunction,
    Object,
    StepFailed,
    StepStopped,
    an_object,
    text,
)
from mlops_gitops.executor.work.opt_ml import opened
from mlops_gitops.executor.work.outputs import declared_outputs, listed, stand_ins
from mlops_gitops.executor.work.program import surroundings

_NO_CREDENTIALS = ("botocore.exceptions.NoCredentialsError", "botocore.exceptions.NoRegionError")
_INVOKE = Path(__file__).parents[1] / "invoke.py"


class _OnAwsOnly(Exception):
    """The function's work can be done on AWS only."""


def work(desk: Desk) -> Done:
    """Call the function. As on AWS, a stop waits for it.

    Raises:
        StepFailed: it raised, ran out of time, or gave no outputs.
        StepStopped: nothing is waited for any more.
    """
    arn = text(desk.step.get("FunctionArn"))
    try:
        why, outputs = "", declared_outputs(desk.step, _call(desk, arn))
    except _OnAwsOnly as error:
        why, outputs = str(error), stand_ins(desk.step)
    return Done(
        properties={"OutputParameters": outputs},
        metadata={"Lambda": {"Arn": arn, "OutputParameters": listed(outputs)}},
        how=How.STUBBED if why else How.EXECUTED,
        why=why,
    )


def known_function(desk: Desk, arn: str) -> LocalFunction | None:
    """Find a function's code by its ARN or its name."""
    functions = desk.house.functions
    name = arn.partition(":function:")[2].partition(":")[0]
    return functions.get(arn) or functions.get(name)


def _call(desk: Desk, arn: str) -> Object:
    function = known_function(desk, arn)
    if function is None:
        raise _OnAwsOnly(f"The code of {arn or 'the function'} is not known here.")
    log = Log(desk.house.folder.log(desk.name))
    with opened(desk) as opt_ml:
        answer = opt_ml.root / "answer.json"
        order = opt_ml.root / "order.json"
        order.write_text(json.dumps(_order(desk, arn, function, answer)), encoding="utf-8")
        program = Program(
            argv=(str(desk.house.python), "-I", str(_INVOKE), str(order)),
            environment=surroundings(desk, opt_ml.root.with_name("home")),
            opt_ml=opt_ml.root,
            cwd=str(function.folder),
            seconds=function.seconds,
            grace=desk.house.grace,
        )
        try:
            ended = run_program(program, Isolation.REDIRECTION, log, desk.house.abandon)
        except CannotStart as error:
            reason = f"ServiceFault: the function could not be started: {error}."
            raise StepFailed(reason, error=SERVICE_FAULT) from error
        finally:
            log.close()
        return _result(function, ended, answer)


def _result(function: LocalFunction, ended: Exit, answer: Path) -> Object:
    if ended.late:
        reason = f"ClientError: The function ran for longer than {function.seconds:g} s."
        raise StepFailed(reason, error=OUT_OF_TIME)
    if ended.stopped:
        raise StepStopped
    if ended.code != 0 or not answer.is_file():
        last = ended.last_words.rpartition("\n")[2]
        if last.startswith(_NO_CREDENTIALS):
            raise _OnAwsOnly("The function speaks to AWS, and has no credentials here.")
        raise StepFailed(f"ClientError: The function failed: {last or f'exit code {ended.code}'}.")
    return an_object(json.loads(answer.read_bytes()))


def _order(desk: Desk, arn: str, function: LocalFunction, answer: Path) -> Object:
    return {
        "folder": str(function.folder),
        "handler": function.handler,
        "event": desk.arguments,
        "name": arn.rpartition(":")[2],
        "arn": arn,
        "request": desk.job,
        "seconds": function.seconds,
        "answer": str(answer),
    }
