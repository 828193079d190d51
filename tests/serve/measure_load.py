#!/usr/bin/env python3
"""What many clients cost a training: starts `fractalsync serve`, trains on a folder of music, and alternates between no
clients and 64 event streams with 32 pollers (two requests a second each). Prints, for both, the median of the steps per
second, the longest wait of a poller, and how much processor time the threads that serve took; the figures of docs/serve.md.

usage: tests/serve/measure_load.py PROGRAM MUSIC_FOLDER [ROUNDS [SECONDS]]
"""
import http.client
import json
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time

STREAMS, POLLERS, PAUSE = 64, 32, 0.5


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    fields = {"Content-Type": "application/json"} if body is not None else {}
    connection.request(method, path, body, fields)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        sys.exit(f"{method} {path}: {answer.status} {text!r}")
    return json.loads(text)


def steps(port):
    return ask(port, "GET", "/api/train/status")["done_steps"]


class Poller:
    """Asks for the status, waits for the whole answer, pauses, asks again."""

    REQUEST = b"GET /api/train/status HTTP/1.1\r\nHost: localhost\r\n\r\n"

    def __init__(self, port, due):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.due, self.left, self.longest, self.answers = due, 0, 0.0, 0

    def ask(self, now):
        self.socket.sendall(self.REQUEST)
        self.asked, self.due = now, None

    def receive(self):
        piece = self.socket.recv(1 << 20)
        if self.left == 0:
            head, _, piece = piece.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200 "):
                sys.exit(f"a poller got {head!r}")
            self.left = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
        self.left -= len(piece)
        if self.left == 0:
            now = time.time()
            self.longest, self.answers = max(self.longest, now - self.asked), self.answers + 1
            self.due = now + PAUSE


def clients(port):
    """The load, in a process of its own, in one thread and with as little work as can be, since it shares the processors.
    Prints the longest wait in ms, answers and pieces of event streams per second, and the processor time that it took, as a
    share of one."""
    begin = time.time()
    end = begin + float(sys.argv[3])
    ready = selectors.DefaultSelector()
    for _ in range(STREAMS):
        stream = socket.create_connection(("127.0.0.1", port))
        stream.sendall(b"GET /api/train/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        ready.register(stream, selectors.EVENT_READ)
    pollers = [Poller(port, begin + PAUSE * number / POLLERS) for number in range(POLLERS)]
    for poller in pollers:
        ready.register(poller.socket, selectors.EVENT_READ, poller)
    events = 0
    while (now := time.time()) < end:
        for poller in pollers:
            if poller.due is not None and poller.due <= now:
                poller.ask(now)
        for key, _ in ready.select(PAUSE / POLLERS):
            if key.data:
                key.data.receive()
            elif key.fileobj.recv(1 << 20):
                events += 1
            else:
                sys.exit("a stream broke off")
    elapsed = time.time() - begin
    print(1000 * max(poller.longest for poller in pollers), sum(poller.answers for poller in pollers) / elapsed,
          events / elapsed, time.process_time() / elapsed)


def processor_times(pid):
    """Seconds of every thread so far. (Not those of `stat`, which are counted in ticks: these threads run for less.)"""
    times = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
                times[thread] = int(file.read().split()[0]) * 1e-9
        except FileNotFoundError:
            pass
    return times


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "clients":
        return clients(int(sys.argv[2]))
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, music = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 10
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([program, "serve", "--port", "0", "--data-dir", music, "--log-level", "warn"],
                                  cwd=folder, stdout=subprocess.PIPE, text=True)
        port = int(re.search(r":(\d+) ", server.stdout.readline()).group(1))
        ask(port, "POST", "/api/train/start", json.dumps({"data_dir": ".", "epochs": 100000, "formulation": "plain"}))
        while steps(port) < 50:
            time.sleep(0.2)
        rates, shares, played = {False: [], True: []}, [], []
        for _ in range(rounds):
            for loaded in (False, True):
                load = None
                if loaded:
                    load = subprocess.Popen([sys.executable, __file__, "clients", str(port), str(seconds + 2)],
                                            stdout=subprocess.PIPE, text=True)
                    time.sleep(1)
                before, first, begin = processor_times(server.pid), steps(port), time.time()
                time.sleep(seconds)
                after, last, elapsed = processor_times(server.pid), steps(port), time.time() - begin
                rates[loaded].append((last - first) / elapsed)
                used = {thread: t - before.get(thread, 0) for thread, t in after.items()}
                if not loaded:  # whoever works now is the training
                    trainer = {thread for thread, t in used.items() if t > 0.2 * elapsed}
                else:
                    shares.append(sum(t for thread, t in used.items() if thread not in trainer) / elapsed)
                    played.append([float(word) for word in load.communicate()[0].split()])
        alone, busy = statistics.median(rates[False]), statistics.median(rates[True])
        print(f"alone:        {alone:8.1f} steps/s   rounds {[round(r, 1) for r in rates[False]]}")
        print(f"with clients: {busy:8.1f} steps/s   rounds {[round(r, 1) for r in rates[True]]}")
        waits, answers, events, client_shares = zip(*played)
        print(f"serving took {100 * statistics.median(shares):.1f} % of one processor, playing the clients "
              f"{100 * statistics.median(client_shares):.1f} %; {statistics.median(answers):.0f} answers and "
              f"{statistics.median(events):.0f} events a second, the longest wait {max(waits):.0f} ms")
        server.terminate()
        sys.exit(server.wait())


main()
