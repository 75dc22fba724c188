"""``python -m proxy`` is ``ecom-proxy``."""

import sys

from .cli import main

sys.exit(main())
