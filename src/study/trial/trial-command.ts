/** `hpo study exclude digits 3`: what a user types to do something with a trial. */
export const trialCommand = (verb: string, study: string, number: number): string =>
  `hpo study ${verb} ${quoted(study)} ${number}`;

const quoted = (name: string): string =>
  /^[\w.:/-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
