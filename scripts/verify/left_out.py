"""What the emulator cannot do, from its list in docs/verify-deploy.md."""

import os
import re

FILE = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "verify-deploy.md")
HEADING = "## What the emulator cannot do\n"


class LeftOut:
    """`lines`: the list; `properties`: by resource type, those that a line says are dropped (`AWS::…::…`: `Name`, … dropped)."""

    def __init__(self):
        with open(FILE) as file:
            section = file.read().split(HEADING, 1)[1].split("\n## ", 1)[0]
        self.lines = [line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")]
        dropped = [re.match(r"`(AWS::\w+::\w+)`: (.*?) dropped", line) for line in self.lines]
        self.properties = {found[1]: set(re.findall(r"`(\w+)`", found[2])) for found in dropped if found}

    def say(self):
        print("Left out, because the emulator cannot do it (docs/verify-deploy.md):")
        for line in self.lines:
            print(f"  - {line}")
