"""The site shows readers what they are meant to see, and every page and example can be found."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_what_pages_take_for_granted_is_hidden() -> None:
    """No HTML comment, with the set-up it holds, is left for the renderer to break on."""
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert spec
    assert spec.loader
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    pages = {path: path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}

    assert any("python setup" in text for text in pages.values())
    for path, text in pages.items():
        shown = hooks.on_page_markdown(text, page=None)
        assert "<!--" not in shown, path
        assert "python setup" not in shown, path
        assert shown.count("```") % 2 == 0, path


def test_every_page_is_in_the_navigation() -> None:
    """A page that nobody can reach is no page."""
    listed = set(re.findall(r"[\w./-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))

    assert listed == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


def test_every_example_is_in_the_readme_and_says_what_it_shows() -> None:
    """The README's table has each example, and each begins with a sentence."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = [path for path in (ROOT / "examples").glob("[!_]*.*") if path.is_file()]

    assert {path.name for path in examples} == set(re.findall(r"\(examples/([\w.]+)\)", readme))
    for path in examples:
        if path.suffix == ".py":
            first = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            assert first.split("\n\n")[0].endswith("."), path
