"""Canaries, and how each command is called so that it could show one."""

from typing import Final

from builders import ORCHESTRATOR
from functional.planted_pipeline import PLANTED, pipeline_runs

SECRETS: Final = {
    "author": "npm_" + "g4Hq" * 9,
    "subject": "sk_live_" + "j5Kr" * 6,
    "branch": "glpat-" + "m7Nb" * 5,
    "orphan": "AKIA" + "ORPHANORPHANORPH",
    "card": "hf_" + "rT" * 17,
    "name of a card": "AKIA" + "CARDNAMECARDNAME",
    "caller": "dapi" + "9c8d" * 8,
    "change set": "AKIA" + "LEFTOVERLEFTOVER",
    "by hand": "AKIA" + "BYHANDBYHANDBYHA",
    "field": "ghp_" + "p9Xz" * 9,
    "password": "marble-kestrel-window",
    "settings": "xoxb-" + "223456789012-settings",
    "own blueprint": "AKIA" + "BLUEPRINTBLUEPRI",
    "own schema": "dckr_pat_" + "t8Vw" * 6,
    "path": "AKIA" + "FOLDERFOLDERFOLD",
    "word": "SG." + "a1B2" * 5 + "c3." + "d4E5" * 10 + "f6G",
    "AWS": "AKIA" + "REFUSALREFUSALRE",
    "defect": "hvs." + "u3Yd" * 7,
    **PLANTED,
}
UNHEARD = {
    ("demo",): "its repository and its words are its own",
    ("local", "up"): "of a repository it reads the settings alone, as bootstrap does",
    ("local", "down"): "knows a process",
    ("local", "status"): "knows a process",
    ("local", "env"): "knows a process",
    ("local", "reset"): "knows a process",
}
Words = tuple[str, ...]
CONFIG = "churn/mlops-config.json"
ACCOUNTS = ("--orchestrator", ORCHESTRATOR, "--stage", "dev=222222222222")
INIT = ("--root", "new", "--region", "us-east-1", *ACCOUNTS)
WATCH = ("--remote", ".", "--once", "--cache", "cache")
RUNS: dict[Words, tuple[Words, ...]] = {
    ("init",): (
        (*INIT, "--bucket", SECRETS["word"]),
        (*INIT, "--bucket", "acme", "--branch", f"feature/{SECRETS['branch']}"),
        ("--root", "new", "--owner", SECRETS["word"]),
        ("--root", "new", "--plan-role", SECRETS["word"]),
        ("--root", "new", "--repository", SECRETS["word"]),
        ("--root", "new", "--model", SECRETS["word"]),
    ),
    ("validate",): ((), ("--changed-since", "origin/main"), ("churn",), (SECRETS["word"],)),
    ("migrate",): (("--check",), ("--check", "--detailed-exitcode")),
    ("explain",): ((), (SECRETS["word"],)),
    ("schema",): ((), ("mine",), (SECRETS["word"],)),
    ("render",): ((CONFIG, "--stage", "dev"), (CONFIG, "--stage", SECRETS["word"])),
    ("plan",): (
        (),
        ("--all",),
        ("--out", "out.json"),
        ("--method", "change-set"),
        ("--changed-since", "origin/main"),
        ("--changed-since", SECRETS["branch"], "--out", "since.json"),
    ),
    ("diff",): (("origin/main", "HEAD"), ("origin/main", SECRETS["branch"]), (SECRETS["word"],)),
    ("apply",): ((), ("--wait",), ("--plan", CONFIG)),
    ("ci",): (
        ("--changed-since", "origin/main"),
        ("--changed-since", SECRETS["branch"]),
        ("--apply",),
    ),
    ("watch",): (
        (*WATCH, "--branch", SECRETS["branch"]),
        (*WATCH, "--branch", SECRETS["branch"], "--from", SECRETS["word"]),
        (*WATCH, "--branch", SECRETS["word"]),
        ("--remote", f"https://me:{SECRETS['word']}@example.com/x.git", "--once"),
        (*WATCH[:2], "--listen", SECRETS["word"]),
    ),
    ("approve",): (
        ("churn", "--stage", SECRETS["word"]),
        ("--by-settings",),
        ("churn", "--yes", "--wait"),
    ),
    ("reject",): (("fraud", "--reason", f"password={SECRETS['password']} {SECRETS['word']}"),),
    ("status",): ((), ("--watch",), ("churn",), (SECRETS["word"],)),
    ("history",): (("churn",), ("fraud",), (SECRETS["word"],)),
    ("drift",): (
        ("--notify",),
        ("churn",),
        ("churn", "--revert", "--yes"),
        ("churn", "--accept"),
        (SECRETS["word"],),
    ),
    ("rollback",): (
        ("churn", "--yes", "--reason", f"password={SECRETS['password']} {SECRETS['word']}"),
        ("churn", "--now", "--yes", "--reason", SECRETS["word"]),
        ("churn", "--to", SECRETS["word"]),
        (SECRETS["word"],),
    ),
    ("completion",): (("bash",), (SECRETS["word"],)),
    ("suspend",): (
        (),
        ("churn", "--reason", f"password={SECRETS['password']} {SECRETS['word']}"),
        ("--stage", SECRETS["word"], "--reason", "x"),
        (SECRETS["word"], "--until", SECRETS["word"], "--reason", "x"),
        ("--stage", "prod", "--until", "2h", "--reason", SECRETS["word"]),
    ),
    ("resume",): (
        ("churn",),
        ("--stage", SECRETS["word"]),
        ("churn", "--digest", SECRETS["word"]),
        ("--stage", "prod"),
    ),
    ("blueprint", "list"): ((),),
    ("blueprint", "show"): (("mine",), ("byom_batch_custom",), (SECRETS["word"],)),
    ("blueprint", "new"): ((SECRETS["word"],), ("mine",)),
    ("blueprint", "lint"): (("mine",), (SECRETS["word"],)),
    ("model-card", "list"): ((), ("--stage", SECRETS["word"])),
    ("model-card", "describe"): (("churn-card",), (SECRETS["name of a card"],)),
    ("model-card", "export"): (("churn-card",), (SECRETS["name of a card"],)),
    ("model-card", "delete"): (("nobody",), (SECRETS["name of a card"],)),
    ("adopt",): (("--plan",), ("--yes",)),
    ("retire",): (
        ("churn",),
        ("fraud", "--delete-endpoint", "--yes"),
        (SECRETS["word"], "--write"),
    ),
    ("repair",): (
        ("churn",),
        ("churn", "--skip", SECRETS["word"]),
        ("churn", "--yes"),
        (SECRETS["word"],),
    ),
    ("why",): (("churn",), (SECRETS["word"],)),
    ("gc",): ((), ("--yes",)),
    ("doctor",): ((), ("--stage", SECRETS["word"])),
    ("bootstrap",): (
        (),
        ("--assets-key", SECRETS["word"]),
        ("--print",),
        ("--print", SECRETS["word"]),
    ),
    **pipeline_runs(SECRETS["word"]),
}
"""How each command is called; each of its formats is asked for by itself."""
