"""`python -m kg.training CORPUS OUTPUT`: train the pipeline that ships in the package."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from kg.errors import KgError
from kg.training.train import train_pipeline


def main() -> int:
    """Run the command; gives its exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg.training", description=__doc__)
    parser.add_argument("corpus", type=Path, help="folder of train.jsonl, dev.jsonl, …")
    parser.add_argument("output", type=Path, help="folder that the pipeline is written to")
    parser.add_argument("--vectors", type=Path, help="vectors trained before")
    arguments = parser.parse_args()
    try:
        nlp = train_pipeline(arguments.corpus, arguments.output, vectors=arguments.vectors)
    except (KgError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps(nlp.meta["performance"], indent=1))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
