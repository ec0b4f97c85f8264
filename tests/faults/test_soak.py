"""A simulated hour of everything at once; `make soak` runs for longer, with other seeds."""

from faults.soak import Soak


def test_an_hour_of_everything_at_once_converges() -> None:
    """Nothing unapproved, nothing twice, no overtaking, no stack lost; in the end what git says."""
    soak = Soak(1)
    soak.run(80)

    assert {each.split()[0] for each in soak.steps} >= {"apply", "approve", "commit", "by"}


def test_the_same_seed_takes_the_same_steps() -> None:
    """What a seed has found can be found again."""
    both = [Soak(7), Soak(7)]
    for each in both:
        each.run(25)

    assert both[0].steps == both[1].steps
