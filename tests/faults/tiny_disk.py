"""Run the command line on a disk on which nothing has room: files and what is printed alike."""

import os
import resource
import signal
import sys

from mlops_gitops.cli import main

if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.dup2(os.open("/dev/full", os.O_WRONLY), sys.stdout.fileno())
    main()
