import CSQLite
import Core

/// The tables, and what may be opened.
extension StudyStore {
  /// Checks what the file is, takes hold of it, and makes the tables where it is new.
  static func prepare(_ connection: Connection) throws(Failure) {
    let path = connection.path
    // An exclusive log needs no shared memory, so it works on network drives too.
    try connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    let application = try connection.integer("PRAGMA application_id")
    let version = try connection.integer("PRAGMA user_version")
    let isNew = application == 0 && version == 0
    let tables = isNew ? try connection.integer("SELECT count(*) FROM sqlite_master") : 0
    guard tables == 0, isNew || application == applicationID else {
      throw Failure(
        .badFile, "\(path) is an SQLite database of another program",
        advice: "give the name of a new file, or of one that an earlier study wrote")
    }
    if version > formatVersion {
      throw Failure(
        .badFile,
        "\(path) was written by a newer version of lbo (format \(version), this one knows "
          + "\(formatVersion))", advice: "update lbo, or give the study another file")
    }
    guard sqlite3_db_readonly(connection.handle, "main") == 0 else {
      throw Failure(
        .cannotWrite, "cannot write \(path): writing there is not allowed",
        advice: "write to a folder of your own")
    }
    guard try connection.text("PRAGMA journal_mode=WAL") == "wal" else {
      throw Failure(
        .cannotWrite, "\(path) lies where SQLite cannot keep a write-ahead log",
        advice: "put it on a disk of this machine")
    }
    try connection.execute("PRAGMA synchronous=FULL; PRAGMA fullfsync=ON")
    try connection.transaction("BEGIN EXCLUSIVE") { () throws(Failure) in
      if isNew { try connection.execute(schema) }
      // Format 2 brought measurements.
      if version < 2 { try connection.execute(measurements) }
      // Format 3 brought batches; a batch that was stopped may have been cut, too.
      if version < 3 { try connection.execute(batches) }
      // Format 4 brought evaluations ahead of their trials, and batches that follow the budget.
      if version < 4 { try connection.execute(ahead) }
      // Format 5 tells of all batches, and which of them a limit cut.
      if version < 5 { try connection.execute(cuts) }
    }
    let condition = try connection.text("PRAGMA quick_check(1)") ?? "unreadable"
    guard condition == "ok" else {
      throw Failure(
        .badFile, "\(path) is damaged: \(condition)",
        advice: "restore it from a backup, or save what is readable with `sqlite3 \(path) .recover`"
      )
    }
  }

  private static let schema = """
    CREATE TABLE study (
      id INTEGER PRIMARY KEY, started TEXT NOT NULL, metadata TEXT NOT NULL
    ) STRICT;
    CREATE TABLE trial (
      id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES study, "index" INTEGER NOT NULL,
      iteration INTEGER NOT NULL, kind TEXT NOT NULL, candidate TEXT NOT NULL, objective REAL,
      constraints TEXT NOT NULL, recorded TEXT NOT NULL, failure TEXT, seconds REAL NOT NULL,
      finished TEXT NOT NULL
    ) STRICT;
    CREATE INDEX trial_candidate ON trial (candidate, kind);
    CREATE TABLE pause (
      id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES study,
      first_trial INTEGER NOT NULL, asked TEXT NOT NULL, evaluated TEXT NOT NULL
    ) STRICT;
    PRAGMA application_id=\(applicationID);
    """

  private static let measurements = """
    CREATE TABLE measurement (
      id INTEGER PRIMARY KEY, kind TEXT NOT NULL, candidate TEXT NOT NULL, measured TEXT NOT NULL,
      failure TEXT, told TEXT NOT NULL
    ) STRICT;
    """

  private static let batches = """
    CREATE TABLE batch (
      id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES study,
      first_trial INTEGER NOT NULL, asked TEXT NOT NULL
    ) STRICT;
    INSERT INTO batch (study, first_trial, asked)
      SELECT study, first_trial, asked FROM pause ORDER BY id;
    """

  /// Before, these methods took batches of 100 where the user named none: a study goes on as it began.
  private static let ahead = """
    CREATE TABLE ahead (
      id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES study, kind TEXT NOT NULL,
      candidate TEXT NOT NULL, objective REAL, constraints TEXT NOT NULL, recorded TEXT NOT NULL,
      failure TEXT, finished TEXT NOT NULL, UNIQUE (candidate, kind)
    ) STRICT;
    UPDATE study SET metadata = json_set(metadata, '$.options.batch', '100')
      WHERE json_valid(metadata) AND json_extract(metadata, '$.method') IN ('megs', 'cibo', 'scbo')
        AND json_extract(metadata, '$.options.batch') IS NULL;
    """

  /// Batches of before were told of since a limit cut them, since they are measured, or since they were
  /// stopped part way.
  private static let cuts = """
    ALTER TABLE batch ADD COLUMN cut INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE batch ADD COLUMN kind TEXT NOT NULL DEFAULT 'text';
    INSERT INTO batch (study, first_trial, asked, cut)
      SELECT DISTINCT study, first_trial, asked, 0 FROM pause
      WHERE (study, first_trial, asked) NOT IN (SELECT study, first_trial, asked FROM batch);
    UPDATE batch SET kind = 'vector' WHERE EXISTS (
      SELECT 1 FROM trial WHERE trial.study = batch.study AND trial.kind = 'vector') OR EXISTS (
      SELECT 1 FROM study WHERE study.id = batch.study AND json_valid(metadata)
        AND json_extract(metadata, '$.problem.dimension') IS NOT NULL);
    CREATE INDEX trial_place ON trial (iteration, "index");
    CREATE INDEX batch_place ON batch (first_trial);
    PRAGMA user_version=5;
    """
}
