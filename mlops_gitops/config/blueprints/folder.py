"""Folders: one custom blueprint as it lies in the repository."""

from dataclasses import dataclass

from mlops_gitops.problems import Location, Problem

FOLDER = "blueprints"
SCHEMA = "schema.json"
TEMPLATE = "template.yaml"
README = "README.md"
EXAMPLE = "example.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The files of `blueprints/<name>/`, before anybody looked into them.

    Attributes:
        schema: bytes of `schema.json`; None where there is none, a problem where it cannot be read.
        template: the same for `template.yaml`.
        readme: the same for `README.md`.
    """

    name: str
    schema: bytes | Problem | None
    template: bytes | Problem | None
    readme: bytes | Problem | None

    def path(self, file: str) -> str:
        """Give the path of one of its files."""
        return path_in(self.name, file)

    def where(self, file: str) -> Location:
        """Give the beginning of one of its files."""
        return Location(self.path(file), 1, 1)


def path_in(name: str, file: str) -> str:
    """Give the path of a file of a blueprint, relative to the repository."""
    return f"{FOLDER}/{name}/{file}"


def is_in_blueprint(path: str) -> bool:
    """Tell the files that make a blueprint from all others of a repository."""
    parts = path.split("/")
    return len(parts) == 3 and parts[0] == FOLDER and parts[2] in {SCHEMA, TEMPLATE, README}  # noqa: PLR2004 - the folder, the name, the file
