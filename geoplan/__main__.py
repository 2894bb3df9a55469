"""``python -m geoplan`` is the command ``geoplan``."""

from geoplan.cli.main import main

main()
