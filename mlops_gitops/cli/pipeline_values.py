"""Values by name, as options of `pipeline` give them."""

from mlops_gitops.errors import UsageError


def pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """Read options of the form NAME=VALUE; the last of a name counts.

    Raises:
        UsageError: one has no equals sign.
    """
    found = {}
    for each in given:
        name, sign, value = each.rpartition("=") if option == "--data" else each.partition("=")
        if not sign or not name:
            hint = f"Write {option} NAME=VALUE."
            raise UsageError(f"{option} {each} names nothing.", hint=hint)
        found[name] = value
    return found
