"""`python -m handraise` is the command line."""

from handraise.cli import main

if __name__ == "__main__":
    main()
