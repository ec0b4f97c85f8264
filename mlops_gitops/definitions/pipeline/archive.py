"""What is in the code that a Lambda function is deployed from."""

import ast
import io
import zipfile
from collections.abc import Mapping


def missing_handler(files: Mapping[str, bytes], handler: str) -> str:
    """Say why a handler is not in some files; empty if it is there.

    Args:
        files: names in the function's folder -> content.
        handler: `FILE.FUNCTION`.
    """
    module, _, function = handler.rpartition(".")
    name = f"{module.replace('.', '/')}.py"
    if name not in files:
        return f"there is no file {name}"
    try:
        tree = ast.parse(files[name])
    except (SyntaxError, ValueError):
        return f"{name} is no Python"
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    # What is imported or assigned may be a function, too.
    for node in tree.body:
        if isinstance(node, ast.ImportFrom | ast.Import):
            names |= {each.asname or each.name for each in node.names}
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return "" if function in names else f"{name} defines no function {function}"


def contents(archive: bytes) -> Mapping[str, bytes] | None:
    """Give the Python files of an archive; None if it is no zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            names = (name for name in opened.namelist() if name.endswith(".py"))
            return {name: opened.read(name) for name in names}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return None
