#!/usr/bin/env python3
"""Makes german.csv from the german.data of the UCI repository: the same values, with a header, commas for spaces.

convert.py german.data > german.csv
"""

import sys
from pathlib import Path

COLUMNS = (
    "status duration credit_history purpose credit_amount savings present_employment installment_rate status_sex other_debtors "
    "present_residence_since property age installment_plans housing number_of_existing_credits job number_of_people_liable_for "
    "telephone foreign_worker credit"
).split()


def main(path):
    rows = [line.split() for line in Path(path).read_text(encoding="ascii").splitlines()]
    if any(len(row) != len(COLUMNS) for row in rows):
        sys.exit(f"{path}: a row without {len(COLUMNS)} values")
    sys.stdout.write("".join(",".join(row) + "\n" for row in [COLUMNS, *rows]))


if __name__ == "__main__":
    main(sys.argv[1])
