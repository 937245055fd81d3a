"""`python -m market.drawings` writes static/img/kind and static/img/house anew."""

import sys

from market.drawings.files import FOLDER, HOUSES, write_all, write_houses

if __name__ == "__main__":
    sys.stdout.write(f"{write_all()} drawings in {FOLDER}\n")
    sys.stdout.write(f"{write_houses()} houses in {HOUSES}\n")
