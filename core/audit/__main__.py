"""``python -m core.audit NAME``: look for what is wrong with a data set.

A run that was cut off is gone on with by running it again.
"""

import argparse
import sys
from pathlib import Path

from core import checkpoints, jobs
from core.audit.scripted import audit
from core.jobs import Status
from core.settings import Settings


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m core.audit", description=__doc__)
    parser.add_argument("name", help="of a data set")
    parser.add_argument("--checkpoint", help="whose codes, reconstructions, categories and critic are asked too")
    parser.add_argument("--job", type=Path, help="folder in which progress is told")
    args = parser.parse_args(arguments)
    try:
        with jobs.reporting(args.job, say=None if args.job else _say) as reporter:
            findings = audit(args.name, Settings.from_environment(), checkpoint=args.checkpoint, reporter=reporter)
            counts = ", ".join(f"{kind} {len(issue.found()):,}" for kind, issue in findings.issues.items())
            reporter.end(jobs.DONE, f"{findings.size:,} items looked at. {counts}.")
    except (ValueError, OSError, checkpoints.CheckpointError) as error:
        sys.exit(str(error))


def _say(status: Status) -> None:
    share = f"{status.done / status.total:4.0%}  " if status.total else ""
    print(f"{share}{status.text}", flush=True)


if __name__ == "__main__":
    main()
