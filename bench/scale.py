#!/usr/bin/env python3
"""What a training costs as one thing about it grows: hours of music, frames a step, pixels, iterations, threads. Prints the
tables of docs/benchmarks/scale.md and draws its plot. Every point is a process of its own, points take turns, and a table
shows the median of the rounds, so that other work on the machine is in none of them alone.

usage: bench/scale.py PROGRAM FOLDER [--rounds N] [--hours H,H,...] [--svg FILE]
       (PROGRAM: build/bin/fractalsync_scale; FOLDER: for made-up music, 3.7 MB an hour; it is kept)
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys

FRAMES = [128, 256, 512, 1024, 2048, 4096]
SIDES = [16, 32, 48, 64, 96, 128]
ITERATIONS = [25, 50, 100, 200, 400]
USUAL = {"frames": 256, "side": 48, "iterations": 100, "threads": 1}
FORMULATIONS = ["plain", "atlas"]
STEPS = 1500  # of a training; more than have their sequences fetched at once


def call(program, *words):
    done = subprocess.run([program, *map(str, words)], check=True, capture_output=True, text=True).stdout
    return json.loads(done) if done else None


def step(program, **changes):
    size = USUAL | changes
    return call(program, "step", size["frames"], size["side"], size["iterations"], size["threads"])


def medians(points):
    """Of the figures of several processes that measured the same."""
    return {key: statistics.median(point[key] for point in points) for key in points[0]}


def turns(rounds, measures):
    """{name: measure()} -> {name: medians}, each measured `rounds` times, in turns."""
    found = {name: [] for name in measures}
    for number in range(rounds):
        for name, measure in measures.items():
            print(f"round {number + 1}/{rounds}: {name}        ", end="\r", file=sys.stderr, flush=True)
            found[name].append(measure())
    return {name: medians(points) for name, points in found.items()}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def slopes(xs, ys):
    """From the line through the first two points: what it costs at 0, and per unit of x; the same of the last two."""
    first = (ys[1] - ys[0]) / (xs[1] - xs[0])
    last = (ys[-1] - ys[-2]) / (xs[-1] - xs[-2])
    return ys[0] - first * xs[0], first, last


def panel(left, top, title, xs, ys, unit):
    """One curve, both axes logarithmic, with its upper left corner at (left, top)."""
    width, height, margin = 300, 200, 44

    def scale(values, length):
        low, high = math.log(min(values) * 0.8), math.log(max(values) * 1.25)
        return lambda value: (math.log(value) - low) / (high - low) * length

    x, y = scale(xs, width), scale(ys, height)
    at = [(margin + x(a), 24 + height - y(b)) for a, b in zip(xs, ys)]
    parts = [f'<g transform="translate({left},{top})">', f'<text x="{margin}" y="14" font-weight="bold">{title}</text>',
             f'<rect x="{margin}" y="24" width="{width}" height="{height}" fill="none" stroke="#999"/>',
             '<polyline fill="none" stroke="#1f5fa8" stroke-width="2" points="'
             + " ".join(f"{a:.1f},{b:.1f}" for a, b in at) + '"/>']
    for (a, b), value, amount in zip(at, xs, ys):
        parts.append(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="#1f5fa8"/>')
        parts.append(f'<text x="{a:.1f}" y="{b - 8:.1f}" text-anchor="middle">{amount:.3g}</text>')
        parts.append(f'<text x="{a:.1f}" y="{height + 40}" text-anchor="middle">{value:.3g}</text>'
                     if value < 1000 else f'<text x="{a:.1f}" y="{height + 40}" text-anchor="middle">{value:g}</text>')
    parts.append(f'<text transform="translate(30,{24 + height / 2}) rotate(-90)" text-anchor="middle">{unit}</text></g>')
    return "\n".join(parts)


def draw(path, panels):
    width, height = 2 * 370, 260 * ((len(panels) + 1) // 2)
    drawn = [panel(370 * (k % 2), 260 * (k // 2) + 6, *each) for k, each in enumerate(panels)]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">\n'
                   f'<rect width="{width}" height="{height}" fill="white"/>\n' + "\n".join(drawn) + "\n</svg>\n")


def curve(program, rounds, name, values):
    found = turns(rounds, {value: (lambda value=value: step(program, **{name: value})) for value in values})
    return [found[value]["step_ms"] for value in values], found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hours", default="0.0166667,1,10,100")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--svg")
    options = parser.parse_args()
    program, rounds = options.program, options.rounds
    hours = [float(word) for word in options.hours.split(",")]

    folders = {amount: os.path.join(options.folder, f"{amount:g}") for amount in hours}
    for amount, folder in folders.items():
        if not os.path.isdir(os.path.join(folder, "cache")):
            call(program, "music", amount, folder)
    points = [(formulation, amount) for formulation in FORMULATIONS for amount in hours]
    trained = turns(rounds, {point: (lambda point=point: call(program, "train", folders[point[1]], options.steps, point[0]))
                             for point in points})
    fetched = turns(rounds, {amount: (lambda amount=amount: call(program, "fetch", folders[amount], 1))
                             for amount in hours})
    print("## Hours of music\n")
    print(table(["formulation", "hours", "peak memory", "before the first step", "a step", "fetching, a step"],
                [[formulation, f"{amount:.3g}", f"{trained[formulation, amount]['peak_mb']:.0f} MB",
                  f"{trained[formulation, amount]['ready_s']:.3g} s", f"{trained[formulation, amount]['step_ms']:.2f} ms",
                  f"{1e3 * fetched[amount]['fetch_ms'] / fetched[amount]['steps']:.1f} µs"]
                 for formulation, amount in points]))

    panels = [(f"peak memory against hours of music, {formulation}", hours,
               [trained[formulation, amount]["peak_mb"] for amount in hours], "MB") for formulation in FORMULATIONS]
    for title, name, values, label in [("Frames a step", "frames", FRAMES, "frames"),
                                       ("Side of the pictures", "side", SIDES, "side"),
                                       ("Iterations", "iterations", ITERATIONS, "iterations")]:
        costs, found = curve(program, rounds, name, values)
        xs = [value * value for value in values] if name == "side" else values
        base, first, last = slopes(xs, costs)
        print(f"## {title}\n")
        print(table([label, "a step", "of the usual one", "peak memory"],
                    [[f"{value}", f"{cost:.2f} ms", f"{cost / costs[values.index(USUAL[name])]:.2f}",
                      f"{found[value]['peak_mb']:.0f} MB"] for value, cost in zip(values, costs)]))
        unit = "pixel" if name == "side" else label.removesuffix("s")
        print(f"from the first two points: {base:.2f} ms + {1e3 * first:.3g} µs per {unit}; from the last two: {1e3 * last:.3g} µs\n")
        panels.append((f"processor time of a step against {label}", values, costs, "ms"))

    threads = turns(rounds, {(count, frames): (lambda count=count, frames=frames: step(program, threads=count, frames=frames))
                             for count in (1, 2) for frames in (256, 2048)})
    print("## Threads\n")
    print(table(["threads", "256 frames", "2048 frames"],
                [[f"{count}"] + [f"{threads[count, frames]['step_ms']:.2f} ms (on the wall {threads[count, frames]['wall_ms']:.2f})"
                                 for frames in (256, 2048)] for count in (1, 2)]))
    if options.svg:
        draw(options.svg, panels)


if __name__ == "__main__":
    main()
