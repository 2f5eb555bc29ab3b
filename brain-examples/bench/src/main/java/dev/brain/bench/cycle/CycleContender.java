package dev.brain.bench.cycle;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** Something that finds, claims and queues all cases of a {@link CaseFile}. */
interface CycleContender {
    /** Brain's default. */
    int BATCH = 50;

    /** The size of Brain's pages; Camel SQL and Spring Integration JDBC are fastest with it. */
    int LARGE_BATCH = HandWrittenCycle.PAGE;

    String name();

    /** Returns whether each case costs a commit, so that fewer cases are enough. */
    boolean isRowByRow();

    /** Claims and queues all cases, and returns how many were queued; opening and closing files is not measured. */
    Session open(Path cases, Path queue) throws SQLException;

    /** Opened files. */
    interface Session extends AutoCloseable {
        int run() throws SQLException;

        @Override
        void close() throws SQLException;
    }

    static List<CycleContender> all() {
        return List.of(
                new BrainCycle(BATCH),
                new HandWrittenCycle(BATCH),
                new CamelCycle(BATCH),
                new SpringCycle(BATCH),
                new BrainCycle(LARGE_BATCH),
                new HandWrittenCycle(LARGE_BATCH),
                new CamelCycle(LARGE_BATCH),
                new SpringCycle(LARGE_BATCH),
                new NaiveCycle(),
                new CamelCycle(1));
    }
}
