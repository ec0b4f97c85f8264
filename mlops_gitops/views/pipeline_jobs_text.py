"""What a start of a SageMaker pipeline will cause, as text."""

from collections.abc import Iterator, Mapping

from mlops_gitops.config.said import printable
from mlops_gitops.runs.pipeline_jobs import PlannedJob
from mlops_gitops.runs.pipeline_quotas import Room, instances_of

_HIDDEN = "Which instances it takes, SageMaker decides."


def jobs_text(
    jobs: tuple[PlannedJob, ...], rooms: Mapping[str, Room], unread: str, uncounted: str
) -> str:
    """Say which jobs an execution will cause, and what is left of the quotas that they need.

    Args:
        jobs: in order.
        rooms: quotas with what is in use, by name.
        unread: why quotas could not be read; "" if they were.
        uncounted: why what is in use could not be read; "" if it was.
    """
    if not jobs:
        return "This starts no jobs."
    lines = ["This will start:"]
    width = max(len(job.step) for job in jobs)
    lines += [f"  {job.step:<{width}}  {_job(job, rooms.get(job.quota), unread)}" for job in jobs]
    if unread:
        lines.append(f"The quotas could not be read. {unread}")
    if uncounted:
        lines.append(f"Not everything that is in use could be read. {uncounted}")
    if any(room.usage is not None and room.usage.is_least for room in rooms.values()):
        lines.append("More jobs are running than were counted, so less may be left.")
    lines += _warnings(jobs, rooms)
    return "\n".join(printable(line) for line in lines)


def _job(job: PlannedJob, room: Room | None, unread: str) -> str:
    if not job.count:
        return f"{job.kind}. {_HIDDEN}"
    times = f", {job.at_once} jobs at once" if job.at_once > 1 else ""
    perhaps = ", if its condition says so" if job.perhaps else ""
    limit = "" if unread else f" ({_room(room)})"
    return f"{job.kind} on {job.count} x {job.instance}{limit}{times}{perhaps}"


def _room(room: Room | None) -> str:
    if room is None:
        return "quota not known"
    if room.usage is None or room.left is None:
        return f"quota {room.quota:g}, in use: not known"
    least, most = (" at least", " at most") if room.usage.is_least else ("", "")
    return f"quota {room.quota:g}, in use{least} {room.usage.count:g}, left{most} {room.left:g}"


def _warnings(jobs: tuple[PlannedJob, ...], rooms: Mapping[str, Room]) -> Iterator[str]:
    for job in jobs:
        room, needed = rooms.get(job.quota), instances_of(job)
        if room is not None and not room.holds(needed):
            yield (
                f"Warning: step {job.step} needs {needed} x {job.instance}, and {_left(room)}. "
                "SageMaker refuses its job unless others end before, or the quota is raised."
            )


def _left(room: Room) -> str:
    if room.usage is None or room.left is None:
        return f"the quota is {room.quota:g}"
    most = "at most " if room.usage.is_least else ""
    return f"{most}{room.left:g} is left"
