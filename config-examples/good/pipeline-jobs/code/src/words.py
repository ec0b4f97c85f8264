"""Words."""


def sentence(path, rows):
    """Say how many rows there are."""
    return f"{path} has {rows} rows."
