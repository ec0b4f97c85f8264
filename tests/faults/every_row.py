"""Every row there is, in the order of the commands."""

from faults.mending import MENDING
from faults.rows import DELIVERING

ROWS = (*DELIVERING, *MENDING)
