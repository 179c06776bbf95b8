"""What a test needs and a machine may lack: skipped there, and said; in CI nothing may be missing."""

from __future__ import annotations

import os

import pytest


def needed(why_not: str | None) -> None:
    """Skip the test, or in CI fail it, where there is a reason why it cannot run here."""
    if why_not and os.environ.get("CI"):
        pytest.fail(f"in CI nothing may be missing: {why_not}")
    if why_not:
        pytest.skip(why_not)
