"""Deploys, runs, updates and deletes the copy of the tree in a folder: `deploy.py FOLDER`. Started by scripts/verify-deploy.ts."""

import signal
import sys

from emulator import Emulator
from gateway import Gateway
from left_out import LeftOut
from resources import Resources
from run import Run
from stack import Stack
from tally import Tally


def verify(emulator, folder, tally, left_out):
    stack = Stack(emulator, folder, tally)
    stack.deploy("sam deploy creates the stack", ApprovalEmail="ines@example.com", LogRetentionDays="90")
    tally.equal("the stack is created", stack.status, "CREATE_COMPLETE")
    resources = Resources(emulator, stack, tally, left_out.properties)
    resources.check("deployed")
    resources.check_names()
    stack.grant_secret()
    run = Run(emulator, Gateway(emulator, stack.outputs["ApiUrl"]), stack, tally)
    try:
        run.to_approval()
        stack.deploy("sam deploy updates the stack while the run waits", LogRetentionDays="30", PlainProtocol="on")
        tally.equal("the stack is updated", stack.status, "UPDATE_COMPLETE")
        resources.check("updated")
        resources.check_same()
        run.approve()
    finally:
        run.check_logs()
    stack.delete("sam delete deletes the stack")
    resources.check_gone()


def main(folder):
    tally, left_out = Tally(), LeftOut()
    emulator = Emulator(folder)
    try:
        verify(emulator, folder, tally, left_out)
    except Exception as error:
        tally.check("all checks could be made", False, f"{type(error).__name__}: {error}")
        print(emulator.said())
    finally:
        emulator.stop()
    left_out.say()
    return tally.end()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
sys.exit(main(sys.argv[1]))
