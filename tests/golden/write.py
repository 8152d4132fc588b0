"""Write the golden cases anew: ``python -m tests.golden.write``, and read the diff."""

from recovery_core import to_json
from tests.support.stored_cases import CASES, GOLDEN

for name, (make, _) in CASES.items():
    (GOLDEN / f"{name}.json").write_bytes(to_json(make()).encode())
