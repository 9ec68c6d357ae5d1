"""`python -m krausen` is the command `krausen`."""

from krausen.cli import main

if __name__ == "__main__":
    main()
