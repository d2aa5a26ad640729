"""Runs a program under a pseudo-terminal; stdin is the keyboard."""
import os
import pty
import sys

sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
