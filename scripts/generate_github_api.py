"""Write tests/github/api.json: what GitHub's own description says of the calls that we make.

The description is npm's @octokit/openapi (MIT licence, Copyright (c) 2020 Octokit contributors),
made from github.com/github/rest-api-description (MIT licence, Copyright (c) 2020 GitHub). Only
our paths and what they refer to are kept, without prose; the examples stay, as answers to give.

    python scripts/generate_github_api.py
"""

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE = "@octokit/openapi@23.0.2"
TARGET = Path(__file__).parents[1] / "tests" / "github" / "api.json"
ISSUES = "/repos/{owner}/{repo}/issues"
CALLS = {
    "/user": ("get",),
    f"{ISSUES}/{{issue_number}}/comments": ("get", "post"),
    f"{ISSUES}/comments/{{comment_id}}": ("delete", "patch"),
    "/repos/{owner}/{repo}/check-runs": ("post",),
    "/repos/{owner}/{repo}/statuses/{sha}": ("post",),
}
PROSE = {"description", "summary", "externalDocs", "x-github", "tags", "title", "x-octokit"}


def main() -> None:
    """Fetch the description, and keep our part of it."""
    whole = description()
    paths = {
        path: {method: whole["paths"][path][method] for method in methods}
        for path, methods in CALLS.items()
    }
    kept: dict[str, Any] = {
        "info": {
            "title": "GitHub's REST API, in part",
            "source": PACKAGE,
            "license": "MIT",
            "copyright": "2020 Octokit contributors, 2020 GitHub",
            "version": whole["info"]["version"],
        },
        "paths": plain(paths),
        "components": {},
    }
    for place in sorted(closure(whole, paths)):
        _, _, kind, name = place.split("/")
        found = plain(whole["components"][kind][name])
        kept["components"].setdefault(kind, {})[name] = found
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


def description() -> dict[str, Any]:
    """Fetch the package through npm."""
    with tempfile.TemporaryDirectory() as folder:
        packed = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", folder]
        subprocess.run(packed, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed words
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as opened:
            member = opened.extractfile("package/generated/api.github.com.json")
            if member is None:
                message = "The package has no api.github.com.json."
                raise SystemExit(message)
            read: dict[str, Any] = json.load(member)
            return read


def closure(whole: dict[str, Any], part: Any) -> set[str]:
    """Name everything that a part refers to, directly or not."""
    found: set[str] = set()
    waiting = list(references(part))
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            _, _, kind, name = place.split("/")
            waiting += references(whole["components"][kind][name])
    return found


def references(value: Any) -> Iterator[str]:
    """List the references in a value."""
    match value:
        case {"$ref": str(place)}:
            yield place
        case dict():
            for one in value.values():
                yield from references(one)
        case list():
            for one in value:
                yield from references(one)


def plain(value: Any, *, naming: bool = False) -> Any:
    """Leave prose out; under `properties` and in examples every key is a name."""
    match value:
        case dict():
            return {
                key: one if key in {"example", "value"} else plain(one, naming=key == "properties")
                for key, one in value.items()
                if naming or key not in PROSE
            }
        case list():
            return [plain(one) for one in value]
        case _:
            return value


if __name__ == "__main__":
    main()
