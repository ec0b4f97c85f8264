"""Rows of the table of exit codes that are about `pipeline …`."""

from collections.abc import Iterator

from functional.pipeline_situations import (
    ANSWERS,
    AWS_VERBS,
    FLOW,
    LOCAL,
    OFFLINE_VERBS,
    RUN,
    TOKEN,
    VERBS,
    WHERE,
    beside,
    broken_flow,
    deployed,
    exported,
    failed,
    fails_at_once,
    imported,
    locked,
    modelless,
    nothing_exported,
    piped,
    ran_here,
    started,
    succeeded,
    succeeds_at_once,
    unlocked_with,
    waited_here,
    waits,
)
from functional.row import Row
from functional.situations import (
    aws_refuses,
    fresh,
    invalid_config,
    invalid_settings,
    no_credentials,
    no_network,
    no_repository,
)

COMPILE, GRAPH, START, STOP, STEPS, RESULT, LOGS, RESOLVE, IMPORT, ANSWER = VERBS


def pipeline_rows() -> Iterator[Row]:
    """Give them, in the same order each time."""
    for command in VERBS:
        yield Row(command, fresh, 1, ("--no-such-option",))
        if command != IMPORT:
            yield Row(command, no_repository, 1)
    for command in sorted(OFFLINE_VERBS | AWS_VERBS):
        yield Row(command, beside(invalid_config), 3)
        yield Row(command, beside(invalid_settings), 3)
        yield Row(command, broken_flow, 3)
    for command in sorted(AWS_VERBS):
        yield Row(command, fresh, 1)
        yield Row(command, piped, 4)
        yield Row(command, beside(no_credentials), 1)
        yield Row(command, beside(aws_refuses), 1)
        yield Row(command, beside(no_network), 1)
    for command in (STOP, STEPS, RESULT, LOGS):
        name = VERBS[command][: -len(WHERE)]
        yield Row(command, deployed, 1)
        yield Row(command, started, 1, (*VERBS[command], "--execution", "none"))
        yield Row(command, started, 1, (*name, "--workload", "churn", "--stage", "dev"))
        yield Row(command, deployed, 1, (*name, "--workload", "flow"))
        yield Row(command, deployed, 1, (*name, *WHERE[:-1], "live"))
        yield Row(command, ran_here, 1, (*name, "--run", "flow"))
    yield from _SINGLE


_SINGLE = (
    Row(COMPILE, piped, 0),
    Row(COMPILE, piped, 0, (FLOW, "--stage", "prod")),
    Row(COMPILE, piped, 1, (FLOW, "--stage", "live")),
    Row(COMPILE, piped, 1, ("churn/mlops-config.json",)),
    Row(COMPILE, fresh, 1),
    Row(GRAPH, piped, 0),
    Row(GRAPH, piped, 1, (FLOW, "--stage", "live")),
    Row(GRAPH, piped, 1, ("churn/mlops-config.json",)),
    Row(GRAPH, fresh, 1),
    Row(START, deployed, 0),
    Row(START, deployed, 4, ("flow", "--stage", "dev")),
    Row(START, deployed, 1, ("flow", "--stage", "live", "--yes")),
    Row(START, deployed, 1, (*VERBS[START], "--parameter", "limit")),
    Row(START, deployed, 1, (*VERBS[START], "--parameter", "depth=1")),
    Row(START, deployed, 1, (*VERBS[START], "--step", "None")),
    Row(START, deployed, 1, (*VERBS[START], "--source", "none")),
    Row(START, succeeds_at_once, 0, (*VERBS[START], "--wait")),
    Row(START, fails_at_once, 0),
    Row(START, fails_at_once, 1, (*VERBS[START], "--wait")),
    Row(START, piped, 0, LOCAL),
    Row(START, piped, 1, (*LOCAL, "--parameter", "add=1")),
    Row(START, piped, 1, (*LOCAL, "--parameter", "limit=high")),
    Row(START, piped, 1, ("flow", "--local")),
    Row(START, broken_flow, 3, LOCAL),
    Row(START, piped, 1, (FLOW, "--docker")),
    Row(START, piped, 1, (FLOW, "--docker", "--local")),
    Row(START, piped, 1, ("flow", "--docker")),
    Row(START, broken_flow, 3, (FLOW, "--docker")),
    Row(STOP, started, 0),
    Row(STOP, succeeded, 4),
    Row(STOP, ran_here, 4, ("--run", RUN)),
    Row(STEPS, started, 0),
    Row(STEPS, failed, 0),
    Row(STEPS, ran_here, 0, ("--run", RUN)),
    Row(RESULT, succeeded, 0),
    Row(RESULT, started, 1),
    Row(RESULT, failed, 1),
    Row(RESULT, ran_here, 1, ("Train", "--run", RUN)),
    Row(LOGS, succeeded, 0),
    Row(LOGS, failed, 1),
    Row(LOGS, started, 1),
    Row(LOGS, ran_here, 0, ("Train", "--run", RUN)),
    Row(LOGS, ran_here, 1, ("Gate", "--run", RUN)),
    Row(ANSWER, waits, 0),
    Row(ANSWER, waits, 0, ("flow", "--stage", "dev", "--token", TOKEN, "--fail", "no")),
    Row(ANSWER, waits, 1, (*VERBS[ANSWER], "--fail", "no")),
    Row(ANSWER, waits, 1, ("flow", "--stage", "dev")),
    Row(ANSWER, waits, 1, ("flow", "--stage", "dev", "--token", "short")),
    Row(ANSWER, waits, 1, ("flow", "--stage", "dev", "--token", TOKEN, "--output", "by")),
    Row(ANSWER, started, 1),
    Row(ANSWER, ran_here, 1, ("Ask", "--run", RUN)),
    Row(ANSWER, ran_here, 1, ("Ask", "--run", "flow")),
    Row(ANSWER, waited_here, 1, ("Ask", "--run", RUN, "--token", TOKEN)),
    Row(ANSWER, waited_here, 4, ("Ask", "--run", RUN)),
    Row(RESOLVE, locked, 0),
    Row(RESOLVE, broken_flow, 3),
    Row(RESOLVE, modelless, 1),
    Row(RESOLVE, fresh, 1),
    Row(RESOLVE, unlocked_with(no_credentials), 1),
    Row(RESOLVE, unlocked_with(aws_refuses), 1),
    Row(RESOLVE, unlocked_with(no_network), 1),
    Row(RESOLVE, unlocked_with(invalid_settings), 3),
    Row(RESOLVE, locked, 1, (ANSWERS, "--root", "nowhere")),
    Row(IMPORT, exported, 0),
    Row(IMPORT, exported, 0, ("--definition", "pipeline.json")),
    Row(IMPORT, exported, 1, ("exported.yaml", "--definition", "pipeline.json")),
    Row(IMPORT, exported, 1, ()),
    Row(IMPORT, fresh, 1),
    Row(IMPORT, imported, 1),
    Row(IMPORT, imported, 0, ("exported.yaml", "--force")),
    Row(IMPORT, nothing_exported, 3),
    Row(IMPORT, nothing_exported, 3, ("--definition", "pipeline.json")),
)
