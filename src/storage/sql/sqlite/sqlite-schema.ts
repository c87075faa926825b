/** The attributes of studies or trials, by their names. */
const attributeTable = (
  owner: "study" | "trial",
  kind: "user" | "system",
): string => `CREATE TABLE ${owner}_${kind}_attributes (
\t${owner}_${kind}_attribute_id INTEGER NOT NULL, 
\t${owner}_id INTEGER, 
\t"key" VARCHAR(512), 
\tvalue_json TEXT, 
\tPRIMARY KEY (${owner}_${kind}_attribute_id), 
\tUNIQUE (${owner}_id, "key"), 
\tFOREIGN KEY(${owner}_id) REFERENCES ${owner === "study" ? "studies" : "trials"} (${owner}_id)
)`;

/**
 * The tables as Optuna 5.0.0 creates them through SQLAlchemy on SQLite, to the letter: tools that
 * compare schemas (alembic's migrations among them) see no difference.
 */
export const SQLITE_SCHEMA: readonly string[] = [
  `CREATE TABLE studies (
\tstudy_id INTEGER NOT NULL, 
\tstudy_name VARCHAR(512) NOT NULL, 
\tPRIMARY KEY (study_id)
)`,
  `CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)`,
  `CREATE TABLE version_info (
\tversion_info_id INTEGER NOT NULL, 
\tschema_version INTEGER, 
\tlibrary_version VARCHAR(256), 
\tPRIMARY KEY (version_info_id), 
\tCHECK (version_info_id=1)
)`,
  `CREATE TABLE study_directions (
\tstudy_direction_id INTEGER NOT NULL, 
\tdirection VARCHAR(8) NOT NULL, 
\tstudy_id INTEGER NOT NULL, 
\tobjective INTEGER NOT NULL, 
\tPRIMARY KEY (study_direction_id), 
\tUNIQUE (study_id, objective), 
\tFOREIGN KEY(study_id) REFERENCES studies (study_id)
)`,
  attributeTable("study", "user"),
  attributeTable("study", "system"),
  `CREATE TABLE trials (
\ttrial_id INTEGER NOT NULL, 
\tnumber INTEGER, 
\tstudy_id INTEGER, 
\tstate VARCHAR(8) NOT NULL, 
\tdatetime_start DATETIME, 
\tdatetime_complete DATETIME, 
\tPRIMARY KEY (trial_id), 
\tFOREIGN KEY(study_id) REFERENCES studies (study_id)
)`,
  `CREATE INDEX ix_trials_study_id ON trials (study_id)`,
  attributeTable("trial", "user"),
  attributeTable("trial", "system"),
  `CREATE TABLE trial_params (
\tparam_id INTEGER NOT NULL, 
\ttrial_id INTEGER, 
\tparam_name VARCHAR(512), 
\tparam_value FLOAT, 
\tdistribution_json TEXT, 
\tPRIMARY KEY (param_id), 
\tUNIQUE (trial_id, param_name), 
\tFOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  `CREATE TABLE trial_values (
\ttrial_value_id INTEGER NOT NULL, 
\ttrial_id INTEGER NOT NULL, 
\tobjective INTEGER NOT NULL, 
\tvalue FLOAT, 
\tvalue_type VARCHAR(7) NOT NULL, 
\tPRIMARY KEY (trial_value_id), 
\tUNIQUE (trial_id, objective), 
\tFOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  `CREATE TABLE trial_intermediate_values (
\ttrial_intermediate_value_id INTEGER NOT NULL, 
\ttrial_id INTEGER NOT NULL, 
\tstep INTEGER NOT NULL, 
\tintermediate_value FLOAT, 
\tintermediate_value_type VARCHAR(7) NOT NULL, 
\tPRIMARY KEY (trial_intermediate_value_id), 
\tUNIQUE (trial_id, step), 
\tFOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  `CREATE TABLE trial_heartbeats (
\ttrial_heartbeat_id INTEGER NOT NULL, 
\ttrial_id INTEGER NOT NULL, 
\theartbeat DATETIME NOT NULL, 
\tPRIMARY KEY (trial_heartbeat_id), 
\tUNIQUE (trial_id), 
\tFOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  `CREATE TABLE alembic_version (
\tversion_num VARCHAR(32) NOT NULL, 
\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)`,
];
