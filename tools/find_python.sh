#!/bin/sh
# Print the first interpreter that really runs and is Python 3.11 to 3.14.
# A name on the PATH may be a shim for a version that is not installed: it is there and fails.
for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 \
    /usr/bin/python3 /usr/local/bin/python3; do
    [ -n "$name" ] || continue
    found=$(command -v "$name" 2>/dev/null) || continue
    if "$found" -c 'import sys, ssl, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
        >/dev/null 2>&1; then
        "$found" -c 'import sys; print(sys.executable)'
        exit 0
    fi
done
echo "Lianxin needs Python 3.11, 3.12, 3.13 or 3.14, and found none that runs." >&2
echo "On Debian or Ubuntu: apt install python3" >&2
exit 1
