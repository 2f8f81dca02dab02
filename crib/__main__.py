"""`python3 -m crib`, the same as the command crib."""

from crib.cli import main

if __name__ == "__main__":
    main()
