package dev.brain.jdbc;

/** A driver that does not tell which updates of a batch changed their row. */
class MariaDbUncountedBatchesTest extends MariaDbSystemOfRecordTest {
    @Override
    protected String options() {
        return "&useBulkStmts=true";
    }
}
