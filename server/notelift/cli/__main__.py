"""Run the command line as `python -m notelift.cli`."""

from notelift.cli.main import main

main()
