"""House rules that no other tool knows: sizes, names, what a template must not hold. Prints each breach."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE, LONGEST_BEHAVIOUR = 400, 100
HEAPS = {"utils", "helpers", "services", "managers", "mixins", "signals"}
MEASURED = {".py", ".html", ".txt", ".js", ".mjs", ".css"}

# What a strict content security policy would stop in the browser, and what stands for it.
IN_TEMPLATES = (
    (re.compile(r"<script(?![^>]*\bsrc=)", re.I), "inline script: write a behaviour in assets/behaviours"),
    (re.compile(r"<style\b", re.I), "inline style sheet: write it in assets/css"),
    (re.compile(r"\sstyle\s*=\s*[\"'{]", re.I), "inline style: use a class or a data attribute"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I), "inline handler: write a behaviour"),
    (re.compile(r"hx-on|javascript:|[\"']js:", re.I), "script in an attribute: write a behaviour"),
    (re.compile(r"\|\s*safe\b"), "unescaped text: give Markup from Python, where it is sanitised"),
)
IN_MODELS = (
    (re.compile(r"^\s+ordering\s*=\s*[\[(]"), "Meta.ordering: order where the list is asked for"),
    (re.compile(r"^\s+def (save|delete)\(self"), "save() of a model: side effects belong in an action"),
)
IN_PYTHON = (
    (re.compile(r"@receiver\b|\bpost_save\b|\bpre_save\b"), "model signal: call it from the action"),
    (re.compile(r"is_installed\("), "is_installed: only config knows the list of apps"),
)


def main() -> int:
    """Check every file that git knows or would add."""
    breaches = [breach for path in files() for breach in breaches_of(path)]
    print("\n".join(breaches))
    return 1 if breaches else 0


def files() -> Iterator[Path]:
    """Give the files of the checkout, without what is ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in sorted(filter(None, listed.stdout.split("\0"))):
        if (ROOT / name).is_file():
            yield Path(name)


def breaches_of(path: Path) -> Iterator[str]:
    """Name every rule that the file breaks."""
    if path.suffix not in MEASURED or path.parts[0] in {"docs", "requirements"} or "migrations" in path.parts:
        return
    lines = (ROOT / path).read_text().splitlines()
    most = LONGEST_BEHAVIOUR if path.is_relative_to("assets/behaviours") else LONGEST_FILE
    if len(lines) > most:
        yield f"{path}: {len(lines)} lines; split it, {most} are the most"
    if path.suffix == ".py" and path.stem in HEAPS:
        yield f"{path}: a heap, not a noun; name the file after what it is about"
    if path.is_relative_to("assets/behaviours") and not lines[:1][0].startswith(("//", "/*")):
        yield f"{path}: begin with a comment that shows how it is used"
    yield from _by_line(path, lines)


def _by_line(path: Path, lines: list[str]) -> Iterator[str]:
    rules: tuple[tuple[re.Pattern[str], str], ...] = ()
    # A mail brings its looks along: no browser of ours reads it.
    if path.suffix == ".html" and not path.is_relative_to("tests") and "email" not in path.parts:
        rules = IN_TEMPLATES
    elif path.suffix == ".py" and path.is_relative_to("src") and not path.is_relative_to("src/kairos/config"):
        rules = IN_PYTHON + (IN_MODELS if "models" in path.parts else ())
        rules = () if "tests" in path.parts else rules
    for number, line in enumerate(lines, start=1):
        for pattern, sentence in rules:
            if pattern.search(line) and "house-rule:" not in line:
                yield f"{path}:{number}: {sentence}"


if __name__ == "__main__":
    sys.exit(main())
