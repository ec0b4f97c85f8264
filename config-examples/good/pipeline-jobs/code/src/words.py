"""Words."""


def sentence(path: str, rows: int) -> str:
    """Say how many rows there are."""
    return f"{path} has {rows} rows."
