/** A database of a server that is reached by a socket, as Optuna names it. */
export function optunaUrl(url: string): string {
  const [, database, folder] = /\/([^/?]+)\?host=(.*)$/.exec(url)!;
  return `postgresql+psycopg2://hpo@/${database}?host=${decodeURIComponent(folder)}`;
}
