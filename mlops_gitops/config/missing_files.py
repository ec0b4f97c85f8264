"""What is said of files that a config names beside itself."""

from mlops_gitops.config.named_files import Kind, Named
from mlops_gitops.config.said import Said, quoted

MAX_FILE = 16 * 1024 * 1024
MAX_FILES = 64 * 1024 * 1024
"""What a config may name in all."""


def missing_file(named: Named, found: str | None) -> Said:
    """MG083: A file that a config names is not there.

    Paths in a config begin at the config's own folder, and what they lead to is committed with it.

    Wrong:
        {"definition": "train.asl.jsn"}

    Right:
        {"definition": "train.asl.json"}

    Args:
        named: what is not there.
        found: a name in the same folder that was probably meant.
    """
    if named.kind is Kind.FOLDER:
        message = f"There is no folder {quoted(named.path)} with files in it."
    else:
        message = f"There is no file {quoted(named.path)}."
    if found is not None:
        return Said("MG083", message, f"Did you mean {quoted(found)}?")
    return Said("MG083", message, "Commit it, or write its path from the config's folder.")


def too_much(path: str, size: int, limit: int) -> Said:
    """MG084: What a config names is too large to be carried by a commit.

    Definitions and code are small. Data and model artifacts belong in the assets bucket.

    Wrong:
        {"definition": "train.asl.json"} where that file has 70,000,000 bytes

    Right:
        files of up to 16,777,216 bytes, and up to 67,108,864 for all files of a config
    """
    message = f"{quoted(path)} has {size:,} bytes; the limit is {limit:,}."
    return Said("MG084", message, "Put data into a bucket, and name the object there.")
