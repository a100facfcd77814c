"""How many examples the property-based tests try: `quick` by default, `soak` in `make soak`."""

import os

from hypothesis import settings

settings.register_profile("quick", deadline=None, max_examples=60, derandomize="CI" in os.environ)
settings.register_profile("soak", deadline=None, max_examples=2_000)
settings.load_profile("quick")
