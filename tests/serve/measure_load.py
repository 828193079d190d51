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
import statistics
import subprocess
import sys
import tempfile
import threading
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


def clients(port):
    """The load, in a process of its own so that its Python does not count as ours. Prints the longest wait in ms."""
    end = time.time() + float(sys.argv[3])
    longest = [0.0] * POLLERS

    def stream():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/api/train/events")
        answer = connection.getresponse()
        while time.time() < end:
            if not answer.read1(65536):
                sys.exit("a stream broke off")

    def poll(number):
        while time.time() < end:
            begin = time.time()
            ask(port, "GET", "/api/train/status")
            longest[number] = max(longest[number], time.time() - begin)
            time.sleep(PAUSE)

    threads = [threading.Thread(target=stream, daemon=True) for _ in range(STREAMS)]
    threads += [threading.Thread(target=poll, args=(number,)) for number in range(POLLERS)]
    for thread in threads:
        thread.start()
    for thread in threads[STREAMS:]:
        thread.join()
    print(1000 * max(longest), flush=True)
    os._exit(0)


def processor_times(pid):
    """Seconds of every thread so far."""
    times = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/stat") as file:
                parts = file.read().rsplit(")", 1)[1].split()
            times[thread] = (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
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
        ask(port, "POST", "/api/train/start", json.dumps({"data_dir": ".", "epochs": 100000}))
        while steps(port) < 50:
            time.sleep(0.2)
        trainer = {thread for thread, used in processor_times(server.pid).items() if used > 0.3}
        rates, shares, waits = {False: [], True: []}, [], []
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
                if loaded:
                    used = sum(t - before.get(thread, 0) for thread, t in after.items() if thread not in trainer)
                    shares.append(used / elapsed)
                    waits.append(float(load.communicate()[0]))
        alone, busy = statistics.median(rates[False]), statistics.median(rates[True])
        print(f"alone:        {alone:8.1f} steps/s   rounds {[round(r, 1) for r in rates[False]]}")
        print(f"with clients: {busy:8.1f} steps/s   rounds {[round(r, 1) for r in rates[True]]}")
        print(f"serving took {100 * statistics.median(shares):.1f} % of one processor; the longest wait of a poller was "
              f"{max(waits):.0f} ms")
        server.terminate()
        sys.exit(server.wait())


main()
