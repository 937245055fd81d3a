"""Writes an index without end, until it is killed: `python -m tests.faults.index_writer ENGINE
DIRECTORY FILE`, where FILE holds the pickled documents."""

import pickle
import sys
from pathlib import Path


def main(engine: str, directory: str, file: str) -> None:
    from market.adapters.tantivy_index import TantivyIndex  # noqa: PLC0415
    from market.adapters.whoosh_index import WhooshIndex  # noqa: PLC0415

    made = {"whoosh": WhooshIndex, "tantivy": TantivyIndex}[engine](Path(directory))
    documents = pickle.loads(Path(file).read_bytes())
    print("ready", flush=True)
    while True:
        for one in documents:
            made.update([one], [])
        made.rebuild(documents)


if __name__ == "__main__":
    main(*sys.argv[1:])
