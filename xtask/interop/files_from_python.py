"""`iampass users import` reads from files that Python's `csv` and `json` write exactly the ids that went in.

Argument: the program `iampass`. Nothing is sent: the report of a dry run has the ids.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from common import USER_WITH_SPACE, USERS, Checks

# What the formats are made of, and what editors and spreadsheets leave behind.
PARTS = ["a", "é", "@", '"', ",", ";", "\t", "|", "\n", "\r", "\r\n", " ", "'", "\\", "{", "[", "id", "sep=;"]
PARTS += ["\ufeff", "\u200b", "\u00a0", "日", "🦀"]
LISTS = 10
DIALECTS = [
    {},
    {"delimiter": ";"},
    {"delimiter": "|"},
    {"dialect": "excel-tab"},
    {"dialect": "unix"},
    {"quoting": csv.QUOTE_ALL},
]


def write_table(path, ids, encoding="utf-8", alone=False, **dialect):
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, **dialect)
        writer.writerow(["id"] if alone else ["name", "id", "note"])
        writer.writerows([user] if alone else ["x", user, "y, z"] for user in ids)


def files(folder, ids):
    """The names of files that have these ids, each written when it is its turn."""
    for dialect in DIALECTS:
        for encoding in ["utf-8", "utf-8-sig"]:
            write_table(folder / "users.csv", ids, encoding, **dialect)
            yield "users.csv", f"{dialect} in {encoding}"
    write_table(folder / "users.csv", ids, alone=True)
    yield "users.csv", "one column"
    for alone in [True, False]:
        write_table(folder / "users.tsv", ids, alone=alone, dialect="excel-tab")
        yield "users.tsv", f"one column: {alone}"
    objects = [{"other": {"id": "not this"}, "id": user} for user in ids]
    for style in [{}, {"indent": 2}, {"ensure_ascii": False}]:
        for content in [ids, objects]:
            (folder / "users.json").write_text(json.dumps(content, **style), encoding="utf-8")
            yield "users.json", f"{style}"
    for content in [ids, objects]:
        lines = "".join(json.dumps(value) + "\n" for value in content)
        (folder / "users.jsonl").write_text(lines, encoding="utf-8")
        yield "users.jsonl", "a value in each line"


def ids_read(binary, folder, name):
    """The ids in the report of a dry run, or what the program says instead."""
    report = folder / "report"
    report.unlink(missing_ok=True)
    arguments = ["users", "import", name, "--dry-run", "--quiet", "--keep-duplicates", "--report", "report"]
    done = subprocess.run(
        [binary, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=30,
    )
    if done.returncode != 0:
        return done.stderr
    with report.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line)["id"] for line in lines]


def main():
    checks = Checks()
    binary = Path(sys.argv[1]).resolve()
    chance = random.Random(15)
    lists = [[*USERS, USER_WITH_SPACE]]
    lists += [["".join(chance.choices(PARTS, k=chance.randint(1, 5))) for _ in range(8)] for _ in range(LISTS)]
    with tempfile.TemporaryDirectory() as folder:
        for ids in lists:
            for name, how in files(Path(folder), ids):
                checks.equal(f"{name}, {how}", ids_read(binary, Path(folder), name), ids)
    checks.finish()


if __name__ == "__main__":
    main()
