import { Command } from "commander";

const HELP = `
The owner runs it once hpo has made its tables there, and again after an update:
  hpo study list --storage postgres://owner@db/hpo
  hpo study roles | psql postgres://owner@db/hpo`;

export const rolesCommand = (): Command =>
  new Command("roles")
    .description(
      "print the SQL of two roles for PostgreSQL: hpo_worker runs trials and deletes no study, hpo_reader reads",
    )
    .addHelpText("after", HELP)
    .action(async () => {
      const { postgresRoles } = await import("../../../storage/sql/postgres/postgres-roles.ts");
      const { print } = await import("../../output.ts");
      print(postgresRoles());
    });
