// The page's style sheet: from 360 pixels on, light and dark.
#pragma once

namespace fractalsync::report {

inline constexpr const char* kStyle = R"css(
:root {
  color-scheme: light dark; --ground: #fbfaf8; --card: #fff; --ink: #1d2126; --soft: #626a74; --rule: #e3e1dc;
  --heard: #5b8def; --seen: #c2410c; --good: #2f9e6e; --bad: #d6455d; --p0: #c2410c; --p1: #2563eb; --p2: #0f8a6c;
  --p3: #9333ea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101216; --card: #181b21; --ink: #e6e8eb; --soft: #98a1ad; --rule: #2a2f38; --heard: #6fa1ff;
    --seen: #ff9a62; --good: #38b583; --bad: #e8657a; --p0: #ff9a62; --p1: #6ea8ff; --p2: #43c9a2; --p3: #c08bff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.2rem; margin: 40px 0 8px; }
h3 { font-size: 1rem; margin: 24px 0 8px; }
p { margin: 6px 0; max-width: 70ch; }
.lead, .note, .meaning, .axis, .scale { color: var(--soft); }
.note, .meaning { font-size: .88rem; }
h1, h2, td, th, summary, .lead { overflow-wrap: anywhere; }
.hidden { position: absolute; width: 0; height: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0 8px; }
.tile { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 12px 14px; }
.tile b { display: block; font-size: 1.9rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile span { font-size: .85rem; color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 8px; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; }
thead th { font-size: .8rem; font-weight: 600; color: var(--soft); vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 500; }
th:first-child { text-align: left; }
td.r { background: color-mix(in srgb, var(--tint) var(--share), transparent); }
tr.soft th, tr.soft td { color: var(--soft); }
tr.soft th { font-weight: 400; }
tr.name th { border-bottom: 0; padding-top: 12px; }
.settings td, .measures td { font-weight: 600; }
.meaning { display: block; max-width: 80ch; font-weight: 400; }
td { white-space: nowrap; }
.settings td { white-space: normal; overflow-wrap: anywhere; }
details {
  background: var(--card); border: 1px solid var(--rule); border-radius: 12px; margin: 12px 0; padding: 0 16px;
}
details[open] { padding-bottom: 16px; }
summary { cursor: pointer; padding: 12px 0; font-weight: 600; }
summary span { font-weight: 400; color: var(--soft); }
figure { margin: 14px 0; }
figcaption {
  font-size: .9rem; margin-bottom: 4px; display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline;
}
.r { font-variant-numeric: tabular-nums; }
figcaption .r { margin-left: auto; color: var(--soft); }
.key::before {
  content: ""; display: inline-block; width: 14px; height: 3px; border-radius: 2px; background: var(--key);
  margin-right: 6px; vertical-align: middle;
}
.heard { --key: var(--heard); }
.seen { --key: var(--seen); }
.p0 { --key: var(--p0); }
.p1 { --key: var(--p1); }
.p2 { --key: var(--p2); }
.p3 { --key: var(--p3); }
svg.line, svg.scatter {
  display: block; width: 100%; height: 130px; background: color-mix(in srgb, var(--rule) 35%, transparent);
  border-radius: 6px;
}
polyline, svg path { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; stroke-linecap: round; }
polyline { stroke: var(--key); stroke-width: 1.6; }
polyline.heard { stroke-width: 2.6; stroke-opacity: .7; }
.zero { stroke: var(--rule); stroke-width: 1; }
.scatter path { stroke: var(--seen); stroke-opacity: .55; stroke-width: 3; }
.both { display: grid; grid-template-columns: minmax(0, 1fr) clamp(96px, 16vw, 130px); gap: 10px; }
.axis, .scale { display: flex; justify-content: space-between; gap: 6px; font-size: .74rem; margin: 2px 0 0; max-width: none; }
.scaled { display: grid; grid-template-columns: 3.2em minmax(0, 1fr); gap: 6px; }
.scale { flex-direction: column; text-align: right; height: 130px; }
.map { display: block; width: 100%; max-width: 720px; border-radius: 10px; overflow: hidden; background: #14182c; }
.map .path { stroke-width: 1.5; stroke-opacity: .9; }
.start { stroke: #fff; stroke-width: 5; }
.stop { stroke: #ffd23f; stroke-width: 9; }
.where {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 8px 24px;
  align-items: start;
}
.sheet { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 8px; }
.sheet img { display: block; width: 100%; height: auto; border-radius: 6px; }
.sheet span { font-size: .78rem; color: var(--soft); }
@media (max-width: 600px) {
  main { padding: 16px 12px 48px; }
  th, td { padding: 5px 4px; font-size: .85rem; }
  thead th { font-size: .7rem; }
  .sheet { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  details { padding: 0 10px; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tile:last-child { grid-column: 1 / -1; }
}
@media print { details { break-inside: avoid; } }
)css";

}  // namespace fractalsync::report
