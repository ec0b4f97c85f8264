"""A PDF of plain lines of text, as small as the format allows (PDF 1.4 reference, 3.4)."""

from collections.abc import Sequence

_LINES_ON_A_PAGE = 60
_LONGEST_LINE = 95


def pdf(lines: Sequence[str]) -> bytes:
    """A document with these lines; what Latin-1 cannot say becomes a question mark."""
    cut = [line[i : i + _LONGEST_LINE] for line in lines for i in _starts(line)]
    pages = [cut[i : i + _LINES_ON_A_PAGE] for i in range(0, len(cut), _LINES_ON_A_PAGE)]
    numbers = range(4, 4 + 2 * len(pages), 2)  # each page, followed by its text
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in zip(numbers, pages, strict=True):
        objects += [_page(number + 1), _text(page)]
    return _file(objects)


def _starts(line: str) -> range:
    return range(0, max(len(line), 1), _LONGEST_LINE)


def _page(text: int) -> bytes:
    resources = "/Resources << /Font << /F 3 0 R >> >>"
    box = "/MediaBox [0 0 595 842]"
    return f"<< /Type /Page /Parent 2 0 R {box} {resources} /Contents {text} 0 R >>".encode()


def _text(lines: Sequence[str]) -> bytes:
    escaped = (
        line.replace("\\", r"\\")
        .replace("(", r"\(")
        .replace(")", r"\)")
        .encode("latin-1", "replace")
        for line in lines
    )
    shown = b"".join(b"(" + line + b") Tj T*\n" for line in escaped)
    stream = b"BT /F 9 Tf 12 TL 40 800 Td\n" + shown + b"ET"
    return b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + head.encode() + end.encode()
