"""Pages that need nothing but a browser: one file, no network, nothing of a document as markup."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from importlib.metadata import version

from novadoc._extras import require
from novadoc.types import JsonObject, JsonValue


def page(
    template: str,
    content: JsonObject,
    *,
    charts: Mapping[str, str] | None = None,
    script: str = "",
    payload: Mapping[str, JsonValue] | None = None,
) -> str:
    """Return a page as HTML.

    Args:
        template: File of the template, which extends `frame.html.jinja`.
        content: What the template shows; escaped.
        charts: SVG elements of our own making.
        script: File of the page's script.
        payload: What the script reads.

    Raises:
        MissingExtraError: jinja2 is not installed.
    """
    jinja2 = require("jinja2", extra="report", feature="A report page")
    markupsafe = require("markupsafe", extra="report", feature="A report page")
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FunctionLoader(_asset),
    )
    code = _asset(script) if script else ""
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode("ascii")
    safe = markupsafe.Markup  # our own files, and JSON escaped for a script element below
    text: str = environment.get_template(template).render(
        content=content,
        charts={name: safe(chart) for name, chart in (charts or {}).items()},
        css=safe(_asset("page.css")),
        script=safe(code),
        script_hash=digest,
        payload=safe(_script_json(payload or {})),
        version=version("novadoc"),
    )
    return text


def _asset(name: str) -> str:
    return resources.files("novadoc.reports").joinpath(name).read_text(encoding="utf-8")


def _script_json(payload: Mapping[str, JsonValue]) -> str:
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    # Inside <script> only these could end the element or open a comment.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
