"""Says what was counted."""

import words


def report(counted, rows):
    """Give a sentence about what another function has counted."""
    return {"sentence": words.sentence(counted["path"], rows), "right": counted["right"]}
