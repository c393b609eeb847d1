"""Runs a program in a terminal of its own, for tests.

usage: terminal.py COLUMNS ROWS tty|pipe PROGRAM [ARGUMENT ...]

stdin   one JSON object a line: {"send": "text"}, {"resize": [columns, rows]}, {"kill": signal number}.
        Its end means that the test has gone: the program is hung up.
stdout  what the program writes to the terminal, byte for byte.
stderr  one JSON object a line: {"pid": n} first, {"code": n, "signal": n, "restored": bool} last.
fd 3    with "pipe": the program's stdout, which then is no terminal.

"restored" tells whether the program left the terminal's modes as it found them.
"""

import errno
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios


def set_size(descriptor, columns, rows):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def run(columns, rows, stdout, words):
    # Only tells the loop below that the program has ended.
    ended_read, ended_write = os.pipe()
    os.set_blocking(ended_write, False)
    signal.set_wakeup_fd(ended_write)
    signal.signal(signal.SIGCHLD, lambda *_: None)

    ready_read, ready_write = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.read(ready_read, 1)  # until the size is set
        signal.set_wakeup_fd(-1)
        # Python ignores these, and exec would hand that on.
        for name in ("SIGPIPE", "SIGXFSZ", "SIGCHLD"):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        if stdout == "pipe":
            os.dup2(3, 1)
        os.closerange(3, 256)
        try:
            os.execvp(words[0], words)
        except OSError as error:
            os.write(2, f"{words[0]}: {error.strerror}\n".encode())
            os._exit(127)

    if stdout == "pipe":
        os.close(3)
    set_size(terminal, columns, rows)
    modes = termios.tcgetattr(terminal)
    os.write(ready_write, b"x")
    report({"pid": pid})
    status = relay(pid, terminal, ended_read)
    drain(terminal)
    report(
        {
            "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "restored": termios.tcgetattr(terminal) == modes,
        }
    )


def relay(pid, terminal, ended):
    """Carries bytes both ways until the program ends; returns its wait status."""
    watched = [terminal, sys.stdin.fileno(), ended]
    held = b""
    while True:
        readable, _, _ = select.select(watched, [], [])
        if terminal in readable and not copy(terminal):
            watched.remove(terminal)
        if sys.stdin.fileno() in readable:
            chunk = os.read(sys.stdin.fileno(), 65536)
            if not chunk:
                watched.remove(sys.stdin.fileno())
                signal_group(pid, signal.SIGHUP)
            *lines, held = (held + chunk).split(b"\n")
            for line in lines:
                obey(json.loads(line), pid, terminal)
        if ended in readable:
            os.read(ended, 4096)
            gone, status = os.waitpid(pid, os.WNOHANG)
            if gone == pid:
                return status


def obey(order, pid, terminal):
    if "send" in order:
        data = order["send"].encode()
        while data:
            data = data[os.write(terminal, data) :]
    if "resize" in order:
        set_size(terminal, *order["resize"])
    if "kill" in order:
        os.kill(pid, order["kill"])


def signal_group(pid, number):
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        pass


def copy(terminal):
    """Copies what the terminal holds now; False at its end."""
    try:
        chunk = os.read(terminal, 65536)
    except OSError as error:
        # Linux says EIO when nobody holds the other side any more.
        if error.errno != errno.EIO:
            raise
        chunk = b""
    while chunk:
        chunk = chunk[os.write(1, chunk) :]
        if not chunk:
            return True
    return False


def drain(terminal):
    """What was written just before the end; a process left in the background may keep the terminal open, so never waits."""
    while select.select([terminal], [], [], 0)[0] and copy(terminal):
        pass


def report(value):
    os.write(2, json.dumps(value).encode() + b"\n")


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
