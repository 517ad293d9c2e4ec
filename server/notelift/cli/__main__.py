"""Run the command line as `python -m notelift.cli`."""

from notelift.cli.main import main

# Processes that `check` spawns import this module under another name.
if __name__ == "__main__":
    main()
