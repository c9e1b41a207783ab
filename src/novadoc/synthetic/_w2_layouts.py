"""The layouts of generated W-2 pages, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from PIL import Image

from novadoc.synthetic._w2_facts import W2Facts
from novadoc.synthetic._w2_irs import print_copy_a, print_copy_b, print_two_copies
from novadoc.synthetic._w2_payroll import print_column, print_grid, print_wide

__all__ = ["LAYOUTS", "W2Layout"]


@dataclass(frozen=True)
class W2Layout:
    """One printer's way of printing a W-2."""

    draw: Callable[[W2Facts, Random, int], Image.Image]
    """Prints facts on a page of so many pixels across."""
    state_lines: int = 2
    """How many lines boxes 15 to 20 have."""
    fake_set: float = 0.25
    """Share of pages filled in as the public fake W-2 set does."""


LAYOUTS: Mapping[str, W2Layout] = {
    "irs_copy_a": W2Layout(print_copy_a),
    "irs_copy_b": W2Layout(print_copy_b),
    "irs_two_copies": W2Layout(print_two_copies, fake_set=0.8),
    "payroll_column": W2Layout(print_column, state_lines=1, fake_set=0.4),
    "payroll_grid": W2Layout(print_grid),
    "payroll_wide": W2Layout(print_wide),
}
"""Every layout by name."""
