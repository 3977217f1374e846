"""`python -m bench [--json] [--size N] [--db sqlite|postgresql]`: fills a database of its own and measures in it."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path


def main() -> int:
    options = _options()
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    home = tempfile.mkdtemp(prefix="kairos-bench-")
    for name in [name for name in os.environ if name.startswith("KAIROS_")]:
        del os.environ[name]
    os.environ |= {"KAIROS_HOME": home, "DJANGO_SETTINGS_MODULE": "kairos.config.settings"}
    try:
        from bench.database import prepared

        with prepared(options.db, size=options.size, keep=options.keep):
            from bench.work import measure

            results = measure(size=options.size, rounds=options.rounds, only=options.only)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    results = {"size": options.size, "db": options.db, **results}
    if options.json:
        print(json.dumps(results))
    else:
        _print(results)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--size", type=int, default=10_000, help="how many opportunities (default 10000)")
    parser.add_argument("--db", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=21, help="requests per measurement (default 21)")
    parser.add_argument(
        "--only",
        nargs="*",
        default=None,
        help="names of the measurements to make; also bulk, as_of, chat, cold_start, memory, throughput",
    )
    parser.add_argument(
        "--keep",
        metavar="NAME",
        default="",
        help="keep the filled database, a file or a name on the server, and reuse it",
    )
    return parser.parse_args()


def _print(results: dict[str, object]) -> None:
    print(f"{results['size']:,} opportunities on {results['db']}")
    for name, result in results.items():
        if isinstance(result, dict):
            figures = ", ".join(f"{key} {value:,.1f}" for key, value in result.items())
            print(f"  {name:<8} {figures}")


if __name__ == "__main__":
    sys.exit(main())
