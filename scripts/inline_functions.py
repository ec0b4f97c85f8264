"""Write each Lambda's source into the template that deploys it.

A template stands alone, for people and for CodePipeline, so its functions are inline. Their source
is a file that can be run and tested; a line `ZipFile: | # functions/<name>/index.py` says where it
goes.
"""

import re
import textwrap
from pathlib import Path

BLUEPRINTS = Path(__file__).parents[1] / "blueprints"

# The marked line, and the deeper-indented or empty lines after it.
INLINE = re.compile(
    r"^(?P<head>(?P<indent> *)ZipFile: \| # (?P<source>functions/\S+))\n(?:(?P=indent)  .*\n|\n)+",
    re.MULTILINE,
)


def with_inlined_functions(template: Path) -> str:
    """Return the template's text, every marked function replaced by its source."""

    def fill(match: re.Match[str]) -> str:
        source = (template.parent / match["source"]).read_text()
        return f"{match['head']}\n{textwrap.indent(source, match['indent'] + '  ')}\n"

    return INLINE.sub(fill, template.read_text())


if __name__ == "__main__":
    for path in sorted(BLUEPRINTS.glob("*/*.yaml")):
        path.write_text(with_inlined_functions(path))
