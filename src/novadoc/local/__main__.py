"""Run the local AWS as a program: `python -m novadoc.local --port 4599`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta

from novadoc.errors import NovadocError
from novadoc.local import FAST, REALISTIC, EchoEngine, LocalAWS, LocalClock, facts_table

__all__ = ["main"]


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m novadoc.local", description="An AWS on this machine, for tests."
    )
    parser.add_argument("--port", type=int, default=4599, help="0 takes a free one (default 4599)")
    parser.add_argument("--folder", help="keep the state here between runs")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--account", default="123456789012", help="twelve digits")
    parser.add_argument("--engine", choices=["ocr", "echo"], default="ocr")
    parser.add_argument("--realistic", action="store_true", help="wait as long as AWS does")
    parser.add_argument("--speed", type=float, default=1.0, help="seconds of the clock in a second")
    parser.add_argument(
        "--manual", action="store_true", help="move the clock by /_local/clock only"
    )
    parser.add_argument("--facts", action="store_true", help="print what is known, and end")
    return parser


def _shown(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g} s"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _print_facts(*, realistic: bool) -> None:
    rows = [
        (fact.name, fact.confidence, _shown(fact.value), fact.source)
        for fact in facts_table(REALISTIC if realistic else FAST)
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)]
        sys.stdout.write("  ".join([*cells, row[3]]).rstrip() + "\n")


def _serve(local: LocalAWS) -> None:
    ended = threading.Event()

    def end(_signal: int, _frame: object) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    with local:
        sys.stdout.write(f"Ready at {local.url}\n")
        for name, value in local.environ().items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        while not ended.wait(1.0):  # a wait without end would not let signals in on Windows
            pass
    sys.stdout.write("Closed.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM; return the exit status."""
    options = _arguments().parse_args(arguments)
    if options.facts:
        _print_facts(realistic=options.realistic)
        return 0
    # In a process of our own the environment is ours: let moto keep large objects on disk.
    os.environ.setdefault("MOTO_S3_DEFAULT_KEY_BUFFER_SIZE", "1")
    try:
        _serve(
            LocalAWS(
                engine=EchoEngine() if options.engine == "echo" else None,
                clock=LocalClock(speed=options.speed, manual=options.manual),
                facts=REALISTIC if options.realistic else FAST,
                folder=options.folder,
                region=options.region,
                account=options.account,
                port=options.port,
            )
        )
    except NovadocError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
