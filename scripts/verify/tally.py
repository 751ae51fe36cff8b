"""Counts checks, and says each as it is made."""


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, name, holds, found=""):
        """One check; `found` is said when it does not hold."""
        if holds:
            self.passed += 1
            print(f"ok      {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED  {name}: {found}", flush=True)
        return bool(holds)

    def equal(self, name, found, wanted):
        """One check that what was found is what was wanted."""
        return self.check(name, found == wanted, f"{found!r} instead of {wanted!r}")

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 0 if self.failed == 0 and self.passed > 0 else 1
