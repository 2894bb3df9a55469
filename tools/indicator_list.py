"""Print the list of indicators as the README holds it; the argument is ``zh`` or ``en``."""

from __future__ import annotations

import sys

from geoplan.views.indicator_list import indicator_markdown


def main() -> None:
    """Print the list in the language of the first argument, else in English."""
    lang = sys.argv[1] if len(sys.argv) > 1 else "en"
    sys.stdout.write(indicator_markdown(lang))


if __name__ == "__main__":
    main()
