package dev.brain.bench.cycle;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** Something that finds, claims and queues all cases of a {@link CaseFile}. */
interface CycleContender {
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
        return List.of(new BrainCycle(), new HandWrittenCycle(), new NaiveCycle());
    }
}
