"""`python -m crib`: the same door as the command crib."""

from crib.cli import main

if __name__ == "__main__":
    main(prog_name="crib")
