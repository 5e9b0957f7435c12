"""Train the pipeline of ``config.yml`` with a seed and parse standard input with it, a text per line.

For `benchmarks.nlu_seeds`, which compares such models; nothing but the seed is changed.
"""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks.nlu.workbench import (
    Understanding,
    own_examples,
    pipeline_config,
    quiet,
    temporary_folder,
    train,
    with_seed,
)


def main(argv: list[str] | None = None) -> int:
    """Train, parse, print an object per text; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.nlu.seeded", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--seed", type=int, required=True)
    seed = parser.parse_args(argv).seed
    quiet()
    with temporary_folder() as folder:
        model = train(with_seed(pipeline_config(), seed), own_examples(), folder)
        for parsed in Understanding(model.path).parse(sys.stdin.read().splitlines()):
            print(json.dumps(parsed, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
