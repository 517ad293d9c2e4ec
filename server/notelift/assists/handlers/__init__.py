"""One assist a file, each with an `ASSIST`."""
