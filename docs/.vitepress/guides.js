// The order of the pages, which is the site's sidebar. A page of docs/ that is not here is put at the end.
export const guides = [
  {
    text: "Begin",
    pages: {
      "README.md": "What hpo is",
      "docs/commands.md": "A trial as a command",
      "docs/running.md": "Running trials",
      "docs/from-optuna.md": "From Optuna",
    },
  },
  {
    text: "Search",
    pages: {
      "docs/spaces.md": "Search spaces",
      "docs/studies.md": "Studies",
      "docs/strategies.md": "Strategies",
      "docs/pruners.md": "Pruners",
      "docs/ends.md": "How a trial ends",
    },
  },
  {
    text: "See",
    pages: {
      "docs/plots.md": "Plots",
      "docs/importance.md": "Which parameters matter",
    },
  },
  {
    text: "Learning rates",
    pages: {
      "docs/learning-rates.md": "Learning rates",
      "docs/schedules.md": "Schedules",
      "docs/theory.md": "Theory",
      "docs/evidence/edge-of-stability.md": "Evidence: the edge of stability",
      "docs/evidence/critical-batch.md": "Evidence: the critical batch",
      "docs/evidence/surge.md": "Evidence: the surge",
      "docs/evidence/control.md": "Evidence: what steers sharpness",
      "docs/evidence/prior-ablation.md": "Evidence: the prior",
    },
  },
  {
    text: "Make your own",
    pages: {
      "docs/own-strategy.md": "A strategy of your own",
      "docs/probe-protocol.md": "The probe protocol",
      "CONTRIBUTING.md": "Contributing",
    },
  },
  {
    text: "Measured",
    pages: {
      "bench/RESULTS.md": "Results",
      "bench/README.md": "The bench",
      "CHANGELOG.md": "Changes",
    },
  },
];
