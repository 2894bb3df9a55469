"""The command line: it parses, calls a job and talks; one file a command."""
