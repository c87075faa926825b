const THEMES = {
  light: { text: "#1f2328", faint: "#59636e", line: "#59636e", box: "#f6f8fa", strong: "#ddf4ff" },
  dark: { text: "#f0f6fc", faint: "#9198a1", line: "#9198a1", box: "#212830", strong: "#121d2f" },
};

/** Each part with its place, its name and what it does; the study stands in the middle. */
const BOXES = {
  space: [20, 20, "search space", "ranges, conditions, priors"],
  strategy: [270, 20, "strategy", "init · observe · suggest"],
  pruner: [520, 20, "pruner", "prune? from the reports"],
  study: [270, 150, "study", "ask · tell · seeds · order"],
  storage: [20, 150, "storage", "SQLite, PostgreSQL, memory"],
  runner: [520, 150, "runner", "in threads or processes"],
  views: [20, 280, "what is shown", "terminal, plots, report"],
  optuna: [270, 280, "Optuna", "reads and writes the same"],
  trials: [520, 280, "trials", "one on each leased device"],
};
const [WIDTH, HEIGHT] = [200, 64];

/** From a part to another, with what passes; "both" where it goes both ways. */
const ARROWS = [
  ["space", "strategy", ""],
  ["strategy", "study", "parameters", "both"],
  ["pruner", "study", ""],
  ["study", "storage", "trials", "both"],
  ["study", "runner", "trial", "both"],
  ["runner", "trials", "reports", "both"],
  ["storage", "views", "records"],
  ["storage", "optuna", "", "both"],
];

/** The drawing of how-it-works.md, for each theme. */
export const partsDrawings = () =>
  Object.entries(THEMES).map(([theme, colours]) => ({
    path: `docs/how-it-works/parts-${theme}.svg`,
    written: `${drawing(colours)}\n`,
  }));

function drawing({ text, faint, line, box, strong }) {
  const boxes = Object.entries(BOXES).map(([name, [x, y, title, what]]) => {
    const middle = x + WIDTH / 2;
    return `<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="8" fill="${name === "study" ? strong : box}" stroke="${line}"/>
<text x="${middle}" y="${y + 28}" fill="${text}" font-size="16" font-weight="600">${title}</text>
<text x="${middle}" y="${y + 48}" fill="${faint}" font-size="12.5">${what}</text>`;
  });
  const arrows = ARROWS.map(([from, to, label, both]) => {
    const [[x1, y1], [x2, y2]] = ends(BOXES[from], BOXES[to]);
    const start = both ? ' marker-start="url(#tip)"' : "";
    const isSideways = y1 === y2;
    const at = isSideways
      ? `x="${(x1 + x2) / 2}" y="${y1 - 8}"`
      : `x="${(x1 + x2) / 2 + 8}" y="${(y1 + y2) / 2 + 4}" text-anchor="start"`;
    const said = label ? `\n<text ${at} fill="${faint}" font-size="12">${label}</text>` : "";
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${line}" stroke-width="1.5" marker-end="url(#tip)"${start}/>${said}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 364" width="740" height="364" font-family="system-ui, sans-serif" text-anchor="middle">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="${line}"/></marker></defs>
${[...boxes, ...arrows].join("\n")}
</svg>`;
}

/** Where the line between two boxes leaves the one and enters the other. */
function ends([x1, y1], [x2, y2]) {
  const [cx1, cy1, cx2, cy2] = [x1 + WIDTH / 2, y1 + HEIGHT / 2, x2 + WIDTH / 2, y2 + HEIGHT / 2];
  if (y1 === y2)
    return x1 < x2
      ? [
          [x1 + WIDTH, cy1],
          [x2, cy2],
        ]
      : [
          [x1, cy1],
          [x2 + WIDTH, cy2],
        ];
  if (x1 === x2)
    return y1 < y2
      ? [
          [cx1, y1 + HEIGHT],
          [cx2, y2],
        ]
      : [
          [cx1, y1],
          [cx2, y2 + HEIGHT],
        ];
  // Across: from the side that faces the other box to the middle of its upper or lower edge.
  const leaves = x1 < x2 ? x1 + WIDTH * 0.9 : x1 + WIDTH * 0.1;
  const enters = x1 < x2 ? x2 + WIDTH * 0.1 : x2 + WIDTH * 0.9;
  return y1 < y2
    ? [
        [leaves, y1 + HEIGHT],
        [enters, y2],
      ]
    : [
        [leaves, y1],
        [enters, y2 + HEIGHT],
      ];
}
