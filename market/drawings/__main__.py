"""`python -m market.drawings` writes static/img/kind anew."""

import sys

from market.drawings.files import FOLDER, write_all

if __name__ == "__main__":
    sys.stdout.write(f"{write_all()} drawings in {FOLDER}\n")
