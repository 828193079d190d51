#!/usr/bin/env python3
"""What a user would take instead, beside `fractalsync bench`, on one thread and taking turns so that a busy machine is
busy for both: PyTorch for a step of the network (forward, backward, clipping, AdamW; 256 windows) and librosa for the six
features of a minute of audio. A peer that is not installed is named and left out.

usage: bench/peers.py PROGRAM [ROUNDS]
       (PROGRAM: build/bin/fractalsync; Debian: python3-torch; librosa: pip)
"""
import json
import statistics
import subprocess
import sys
import tempfile
import time


def bench(program, cases):
    """Median seconds of our cases together, on one thread."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/bench.json"
        subprocess.run([program, "bench", "--device", "cpu", "--threads", "1", "--min-time", "0.3", "--filter", ",".join(cases),
                        "--json", path], check=True, stdout=subprocess.DEVNULL)
        with open(path) as file:
            results = {case["name"]: case["median_s"] for case in json.load(file)["devices"][0]["cases"]}
    return sum(results[case] for case in cases)


def median_seconds(work, least=0.5):
    for _ in range(10):
        work()
    taken, end = [], time.perf_counter() + least
    while time.perf_counter() < end or len(taken) < 5:
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def torch_step():
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    sizes, layers = [60, 128, 256, 128, 64, 7], []
    for width, next_width in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(width, next_width), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=1e-4)
    windows, gradient = torch.randn(256, 60), torch.randn(256, 7) / 256

    def step():
        optimizer.zero_grad(set_to_none=True)
        network(windows).backward(gradient)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()

    return f"PyTorch {torch.__version__}", step


def librosa_features():
    import librosa
    import numpy

    pcm = numpy.random.default_rng(0).uniform(-0.4, 0.4, 60 * 22050).astype(numpy.float32)

    def features():  # as the original's extractor calls them
        librosa.feature.spectral_centroid(y=pcm, sr=22050)
        librosa.feature.rms(y=pcm)
        librosa.feature.zero_crossing_rate(pcm)
        librosa.onset.onset_strength(y=pcm, sr=22050)
        librosa.feature.spectral_rolloff(y=pcm, sr=22050)
        numpy.diff(numpy.abs(librosa.stft(pcm)), axis=1)

    return f"librosa {librosa.__version__}", features


COMPARISONS = [
    ("network step, 256 windows", ["mlp_forward/windows:256", "mlp_backward/windows:256", "adamw"], torch_step),
    ("six features of a minute", ["features/seconds:60"], librosa_features),
]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    for what, cases, make_peer in COMPARISONS:
        try:
            name, peer = make_peer()
        except ImportError as error:
            print(f"{what}: no peer ({error})")
            continue
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(bench(program, cases))
            theirs.append(median_seconds(peer))
        ratios = sorted(t / o for o, t in zip(ours, theirs))
        print(f"{what}: {1e3 * statistics.median(ours):.2f} ms; {name}: {1e3 * statistics.median(theirs):.2f} ms, "
              f"{statistics.median(ratios):.2f}x as long (rounds {ratios[0]:.2f} to {ratios[-1]:.2f})")


main()
