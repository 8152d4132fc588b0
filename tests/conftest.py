"""How hard Hypothesis tries.

A plain ``pytest`` is quick; the gate takes the profile `ci`, with ten times as many
examples, and ``pytest --hypothesis-profile=deep`` tries hardest.
"""

from hypothesis import settings

settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "quick", deadline=None, derandomize=True, max_examples=10, database=None
)
settings.register_profile("deep", deadline=None, max_examples=5_000)
settings.load_profile("quick")
