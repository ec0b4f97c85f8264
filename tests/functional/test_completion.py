"""Completion: a shell gets what click gives it, and what it asks for then is answered."""

import pytest
from click.shell_completion import get_completion_class
from functional.conftest import Say

from mlops_gitops.cli import COMMANDS, COMPLETE, group

SHELLS = ("bash", "zsh", "fish")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_gets_what_click_gives(shell: str, say: Say) -> None:
    """To the letter, for this program and its own variable."""
    maker = get_completion_class(shell)
    assert maker is not None

    said = say("completion", shell)

    assert said.code == 0
    assert said.out.strip() == maker(group, {}, "mlops-gitops", COMPLETE).source().strip()
    assert f"{COMPLETE}={shell}_complete" in said.out


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("pl", {"plan"}),
        ("rollb", {"rollback"}),
        ("", set(COMMANDS)),
        ("completion b", {"bash"}),
        ("apply --wa", {"--wait"}),
        ("pipeline sto", {"stop"}),
    ],
)
def test_a_word_is_completed(
    shell: str, words: str, found: set[str], say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands, options and values; the lazy group answers like any other."""
    monkeypatch.setenv(COMPLETE, f"{shell}_complete")
    typed = f"mlops-gitops {words}"
    monkeypatch.setenv("COMP_WORDS", typed)
    # Fish tells the word that is not complete, the others tell its number.
    last = words.rpartition(" ")[2]
    monkeypatch.setenv("COMP_CWORD", last if shell == "fish" else str(typed.count(" ")))

    said = say()

    lines = said.out.splitlines()
    items = lines[1::3] if shell == "zsh" else [each.partition(",")[2] for each in lines]
    assert (said.code, {each.partition("\t")[0] for each in items}) == (0, found), said
