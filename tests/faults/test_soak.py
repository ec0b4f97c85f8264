"""A simulated hour of everything at once; `make soak` runs for longer, with other seeds."""

from faults.soak import Soak


def test_an_hour_of_everything_at_once_converges() -> None:
    """Nothing unapproved, nothing twice, no overtaking, no stack lost; in the end what git says."""
    soak = Soak(1)
    soak.run(80)

    assert {each.split()[0] for each in soak.steps} >= {"apply", "approve", "commit", "by"}
