"""``python -m cspr_rules.cli``: the same as the command ``cspr-rules``."""

from __future__ import annotations

import sys

from cspr_rules.cli.main import main

sys.exit(main())
