package dev.brain.tck;

import dev.brain.jdbc.Database;
import dev.brain.queue.TaskQueue;
import org.junit.jupiter.api.Nested;

/**
 * What the reserve, claim, settle protocol promises, whatever stops it and whenever: run with a real queue and a real
 * system of record.
 */
public abstract class ClaimProtocolContract {
    /** An empty world for each call: queues that can be opened again and again, and a system of record. */
    protected interface World {
        TaskQueue openQueue();

        /** Another queue, which shares only the system of record with the first. */
        TaskQueue openOtherQueue();

        Database database();
    }

    /** The world of the call before isn't used any more. */
    protected abstract World newWorld();

    /** The type of a text column in the system of record. */
    protected String textType() {
        return "VARCHAR(60)";
    }

    /** What stands before the name of each of the contract's tables: empty, or a schema and a dot. */
    protected String schema() {
        return "";
    }

    /** What stands before a text in quotes: N, where a text would else lose letters. */
    protected String national() {
        return "";
    }

    @Nested
    class Recovers extends ClaimRecoveryContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class RecoversFromLivingRuns extends LivingRunContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class SurvivesErrorsOfPlugins extends PluginErrorContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class ReportsOrphans extends OrphanClaimContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class LeavesOutRefusedRows extends RefusedRowContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class SelectsCandidates extends CandidateSelectionContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class HoldsWhatIsRestored extends RestoreContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class MeetsDeadlines extends DeadlineContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class LetsOperatorsAct extends ClaimOperationsContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class ReadsBack extends ReadBackContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class StopsForSharedClaimants extends SharedClaimantContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }

    @Nested
    class RecoversWithSharedClaimants extends SharedClaimantRecoveryContract {
        @Override
        ClaimProtocolContract contract() {
            return ClaimProtocolContract.this;
        }
    }
}
