"""The tiny process between the executor and a user's program: it makes `/opt/ml`, and becomes it.

Run by its path, alone: `python -I child.py <order file>`. The order is JSON: `bind` is the folder
that is to be `/opt/ml`, or null; `argv`, `env`, `cwd`; `failed` is a file to write a reason to if
nothing could be started. Namespaces and mounts are `unshare(2)` and `mount(2)`; nothing of it
passes a shell.
"""

import ctypes
import json
import os
import signal
import stat
import sys
from pathlib import Path
from typing import Any

_NEWNS, _NEWUSER = 0x00020000, 0x10000000
_BIND, _REC, _PRIVATE = 4096, 16384, 1 << 18
_PR_SET_PDEATHSIG = 1
OPT_ML = "/opt/ml"


def main(order_file: str) -> None:
    """Follow an order; does not return."""
    order: dict[str, Any] = json.loads(Path(order_file).read_text(encoding="utf-8"))
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if order["bind"]:
            _own_namespaces(libc)
            _bind_opt_ml(libc, order["bind"])
        if sys.platform == "linux":
            # If the executor is killed, what it runs must not go on.
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.chdir(order["cwd"])
        os.execve(order["argv"][0], order["argv"], order["env"])  # noqa: S606 - no shell is meant
    except (OSError, AttributeError) as error:
        Path(order["failed"]).write_text(str(error), encoding="utf-8")
        sys.exit(1)


def _own_namespaces(libc: ctypes.CDLL) -> None:
    """Get mounts of our own; our user stays who it is."""
    user, group = os.getuid(), os.getgid()
    _must(libc.unshare(_NEWUSER | _NEWNS), "unshare")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    _mount(libc, None, "/", None, _REC | _PRIVATE)


def _bind_opt_ml(libc: ctypes.CDLL, folder: str) -> None:
    if not Path(OPT_ML).is_dir():
        _make_room(libc)
    _mount(libc, folder, OPT_ML, None, _BIND | _REC)


def _make_room(libc: ctypes.CDLL) -> None:
    """Put a folder that can be written in the place of `/opt`, with all that was in it."""
    opt = os.open("/opt", os.O_RDONLY | os.O_DIRECTORY)
    entries = sorted(each.name for each in Path("/opt").iterdir())
    _mount(libc, "none", "/opt", "tmpfs", 0)
    for name in entries:
        there, here = f"/proc/self/fd/{opt}/{name}", Path("/opt", name)
        mode = os.lstat(there).st_mode
        if stat.S_ISLNK(mode):
            here.symlink_to(Path(there).readlink())
            continue
        if stat.S_ISDIR(mode):
            here.mkdir()
        else:
            here.touch()
        _mount(libc, there, str(here), None, _BIND | _REC)
    Path(OPT_ML).mkdir()
    os.close(opt)


def _mount(libc: ctypes.CDLL, what: str | None, where: str, kind: str | None, flags: int) -> None:
    source = what.encode() if what else None
    _must(
        libc.mount(source, where.encode(), kind.encode() if kind else None, flags, None),
        f"mount {where}",
    )


def _must(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    main(sys.argv[1])
