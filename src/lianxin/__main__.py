"""`python -m lianxin` is the `lianxin` command."""

from __future__ import annotations

from lianxin.cli import main

if __name__ == "__main__":
    main()
