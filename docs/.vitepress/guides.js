// The order of the pages, which is the site's sidebar. A page of docs/ that is not here is put at the end.
export const guides = [
  {
    text: "Guides",
    pages: {
      "README.md": "What hpo is",
      "docs/first-study.md": "A first study in TypeScript",
      "docs/python.md": "Tune a PyTorch script",
      "docs/gpus.md": "Several GPUs",
      "docs/many-machines.md": "Many machines",
      "docs/pruners.md": "Pruning and promotion",
      "docs/from-optuna.md": "From Optuna",
      "docs/strategies.md": "Choosing a strategy",
      "docs/theory-in-five-minutes.md": "Theory in five minutes",
      "docs/own-strategy.md": "A strategy of your own",
      "docs/how-it-works.md": "How it works",
    },
  },
  {
    text: "In depth",
    pages: {
      "docs/spaces.md": "Search spaces",
      "docs/studies.md": "Studies",
      "docs/commands.md": "A trial as a command",
      "docs/running.md": "Running trials",
      "docs/ends.md": "How a trial ends",
      "docs/many-machines.md": "Many machines",
      "docs/launchers.md": "Launchers",
      "docs/plots.md": "Plots",
      "docs/importance.md": "Which parameters matter",
      "docs/learning-rates.md": "Learning rates",
      "docs/schedules.md": "Schedules",
      "docs/theory.md": "Theory: what it promises",
      "docs/derivations.md": "Theory: derivations",
    },
  },
  {
    text: "Reference",
    pages: {
      "docs/reference/command-line.md": "Command line",
      "docs/reference/study-file.md": "Study file",
      "docs/reference/environment.md": "Environment variables",
      "docs/reference/database.md": "Database",
      "docs/reference/errors.md": "Errors",
      "docs/reference/messages.md": "Messages",
      "docs/probe-protocol.md": "Probe protocol",
    },
  },
  {
    text: "Measured",
    pages: {
      "bench/RESULTS.md": "Results",
      "bench/README.md": "The bench",
      "docs/evidence/edge-of-stability.md": "Edge of stability",
      "docs/evidence/critical-batch.md": "Critical batch",
      "docs/evidence/surge.md": "Surge",
      "docs/evidence/control.md": "What steers sharpness",
      "docs/evidence/prior-ablation.md": "The prior in a search",
    },
  },
  {
    text: "The project",
    pages: {
      "studies/python/README.md": "Trainings in Python",
      "CONTRIBUTING.md": "Contributing",
      "CHANGELOG.md": "Changes",
    },
  },
];
