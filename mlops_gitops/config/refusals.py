"""Why a file is refused before anyone looks at what it means.

Each function says one thing; its docstring is what `mlops-gitops explain` prints.
"""

from mlops_gitops.config.said import Said, quoted

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1


def empty() -> Said:
    """MG001: The file is empty.

    An empty file declares nothing. It is refused, because it might be the rest of a write that was
    cut off; a workload is never taken away because its file is empty.

    Wrong:
        (a file of 0 bytes, or of blanks only)

    Right:
        {"pipeline_type": "byom_realtime_builtin", ...}
    """
    return Said("MG001", "The file is empty.", "Write the config, or delete the file.")


def too_large(size: int, limit: int = MAX_BYTES) -> Said:
    """MG002: The file is too large.

    A config is a few hundred bytes and the settings a few thousand. A file that is larger than the
    limit is something else, often data that was committed under the wrong name.

    Wrong:
        mlops-config.json with 2,000,000 bytes

    Right:
        mlops-config.json with up to 1,048,576 bytes, mlops-gitops.yaml with up to 65,536,
        a template with up to 262,144
    """
    message = f"The file has {size:,} bytes; the limit is {limit:,}."
    return Said("MG002", message, "Check that this is the file you meant to commit.")


def byte_order_mark() -> Said:
    """MG003: The file begins with a byte order mark.

    Some editors put three invisible bytes (EF BB BF) before the text. JSON forbids them
    (RFC 8259, section 8.1), and readers disagree on what they mean.

    Wrong:
        EF BB BF 7B ...

    Right:
        7B ... (save as "UTF-8", not as "UTF-8 with BOM")
    """
    return Said(
        "MG003", "The file begins with a byte order mark.", 'Save it as "UTF-8" without BOM.'
    )


def not_utf8(byte: int, at: int) -> Said:
    r"""MG004: The file is not UTF-8.

    JSON is UTF-8 (RFC 8259, section 8.1). Text saved as Latin-1 or UTF-16 would be read
    differently by every tool on the way.

    Wrong:
        "model_name": "caf\xe9" saved as Latin-1

    Right:
        the same text saved as UTF-8
    """
    message = f"The file is not UTF-8: byte 0x{byte:02X} at byte position {at}."
    return Said("MG004", message, 'Save it as "UTF-8".')


def duplicate_key(name: str, line: int, column: int) -> Said:
    """MG005: A key is written twice in one object.

    JSON readers disagree on which of the two counts, so a reviewer may approve one value while the
    other is deployed.

    Wrong:
        {"endpoint_name": "churn", "endpoint_name": "churn-2"}

    Right:
        {"endpoint_name": "churn-2"}
    """
    message = f"Key {quoted(name)} is written twice; first on line {line}, column {column}."
    return Said("MG005", message, "Keep one of the two.")


def not_a_json_number(word: str) -> Said:
    """MG006: NaN and Infinity are not JSON.

    Python writes and reads them, most other readers refuse them, and AWS knows none of them.

    Wrong:
        {"threshold": NaN}

    Right:
        {"threshold": 0.5}
    """
    return Said("MG006", f"{word} is not a JSON value.", "Write a number, or leave the key out.")


def lossy_number(text: str) -> Said:
    """MG007: A number does not survive being read.

    JSON readers keep numbers as 64-bit floating point: 1e400 becomes infinity, and integers beyond
    9,007,199,254,740,991 lose digits (RFC 8259, section 6). Account ids and the like are text.

    Wrong:
        {"limit": 1e400, "id": 12345678901234567890}

    Right:
        {"limit": 1e300, "id": "12345678901234567890"}
    """
    message = f"The number {quoted(text)} does not survive being read by other tools."
    return Said("MG007", message, "Write it in quotes, or as a number that fits 64-bit floats.")


def trailing_comma(closing: str) -> Said:
    """MG008: There is a comma before a closing bracket.

    JSON has no trailing commas.

    Wrong:
        {"model_name": "churn",}

    Right:
        {"model_name": "churn"}
    """
    return Said("MG008", f"There is a comma before {quoted(closing)}.", "Delete the comma.")


def comment() -> Said:
    """MG009: JSON has no comments.

    Comments are refused rather than skipped, because other readers of the file refuse them too.

    Wrong:
        {"model_name": "churn" // the new one
        }

    Right:
        {"model_name": "churn"}
    """
    return Said("MG009", "JSON has no comments.", "Delete the comment; say it in the commit.")


def lone_surrogate() -> Said:
    r"""MG010: A text holds half a character.

    `\ud800` to `\udfff` are halves of a UTF-16 pair. Alone they are no character and cannot be
    written as UTF-8, so they cannot be sent to AWS.

    Wrong:
        {"model_name": "\ud83d"}

    Right:
        {"model_name": "\ud83d\ude00"}
    """
    return Said(
        "MG010",
        "The text holds half of a surrogate pair, which is no character.",
        "Write the character itself, or both halves.",
    )


def too_deep() -> Said:
    """MG011: Values are nested too deeply.

    No config needs more than four levels. Readers that count on the stack fall over such files.

    Wrong:
        [[[[ ... 65 or more ... ]]]]

    Right:
        values nested up to 64 levels
    """
    return Said(
        "MG011", f"Values are nested more than {MAX_DEPTH} levels deep.", "Write it flatter."
    )


def syntax(message: str, hint: str) -> Said:
    """MG012: The file is not JSON.

    The place is where the first character stands that cannot be there.

    Wrong:
        {'model_name': 'churn'}

    Right:
        {"model_name": "churn"}
    """
    return Said("MG012", message, hint)


def not_an_object(given: str) -> Said:
    """MG013: The file does not hold an object.

    A config, and the settings, are one object: names and values.

    Wrong:
        [{"pipeline_type": "byom_realtime_builtin"}]

    Right:
        {"pipeline_type": "byom_realtime_builtin"}
    """
    return Said(
        "MG013",
        f"The file holds {given}, not an object.",
        "Write one object; give every config its own file in its own folder.",
    )


def unreadable(message: str, hint: str) -> Said:
    """MG014: The file cannot be read.

    It is missing, no regular file, or its permissions forbid reading. A config that cannot be read
    never counts as absent.

    Wrong:
        mlops-config.json is a folder

    Right:
        mlops-config.json is a file that the current user may read
    """
    return Said("MG014", message, hint)


def leaves_repository(message: str, hint: str) -> Said:
    """MG015: A path leaves the repository.

    What is deployed is what is committed. A symbolic link that points out of the repository would
    bring in content that no commit and no review has seen.

    Wrong:
        mlops-config.json -> /home/me/mlops-config.json

    Right:
        mlops-config.json is a file, or links to a file in the same repository
    """
    return Said("MG015", message, hint)


def conflict() -> Said:
    """MG161: The file has the marks of a merge that was not finished.

    Git writes both versions into the file and leaves the choice to you; whoever commits the marks
    has not chosen.

    Wrong:
        <<<<<<< HEAD
          "inference_instance": "ml.m5.large"
        =======
          "inference_instance": "ml.m5.xlarge"
        >>>>>>> bigger

    Right:
          "inference_instance": "ml.m5.xlarge"
    """
    message = "There is the mark of a merge conflict."
    hint = "Keep one version, delete the lines <<<<<<<, ======= and >>>>>>>, and commit again."
    return Said("MG161", message, hint)


def lfs_pointer() -> Said:
    """MG162: The file is a pointer of Git LFS, not the content.

    Git LFS keeps large files elsewhere and leaves a pointer of three lines. Without `git lfs pull`,
    or where a pattern in .gitattributes takes in too much, the pointer is all there is.

    Wrong:
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 512

    Right:
        {"pipeline_type": "byom_realtime_builtin", ...}
    """
    hint = "Run `git lfs pull`; better, keep these small files out of LFS (.gitattributes)."
    return Said("MG162", "The file is a pointer of Git LFS; its content is not here.", hint)
