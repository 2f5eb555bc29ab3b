package dev.brain.tck;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brain.jdbc.Database;
import dev.brain.queue.Store;
import dev.brain.queue.TaskQueue;
import dev.brain.site.SiteStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** What every {@link Store} promises. The test class of a store extends this and needs no other contract. */
public abstract class StoreContract {
    /** More crashes than a test causes that is not about them. */
    private static final int MANY_CRASHES = 10;

    private final List<Store> opened = new ArrayList<>();
    private int worlds;

    /**
     * Opens a store. Within one test the same name means the same storage, which is empty at the start of the test. Its
     * commits need not survive a loss of power.
     *
     * @param maxCrashes how often the worker of a task may die before the task fails
     */
    protected abstract Store open(String name, Clock clock, int maxCrashes);

    /**
     * Creates an empty system of record of any engine. If it is empty, the store's module has none, and the tests of the
     * claim protocol are skipped.
     *
     * @param name used once in a test
     */
    protected abstract Optional<Database> newSystemOfRecord(String name);

    @AfterEach
    void closeStores() {
        opened.forEach(Store::close);
        opened.clear();
    }

    private synchronized Store opened(String name, Clock clock, int maxCrashes) {
        Store store = open(name, clock, maxCrashes);
        opened.add(store);
        return store;
    }

    private TaskQueue queue(Clock clock, int maxCrashes) {
        return opened("queue", clock, maxCrashes).queue();
    }

    @Nested
    class MeetsTheReservationsContract extends ReservationContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheTaskOperationsContract extends TaskOperationsContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheApprovalsContract extends ApprovalContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheStepsContract extends StepContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheHistoryContract extends HistoryContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheIncidentsContract extends IncidentContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheNotificationsContract extends NotificationContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheMonitorsContract extends MonitorContract {
        @Override
        TaskQueue open(Clock clock, int maxCrashes) {
            return queue(clock, maxCrashes);
        }
    }

    @Nested
    class MeetsThePagesContract extends PageContract {
        @Override
        TaskQueue open(Clock clock, int maxCrashes) {
            return queue(clock, maxCrashes);
        }
    }

    @Nested
    class MeetsTheConcurrencyContract extends QueueConcurrencyContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheTaskEndingsContract extends TaskEndingContract {
        @Override
        TaskQueue open(Clock clock, int maxCrashes) {
            return queue(clock, maxCrashes);
        }
    }

    @Nested
    class MeetsTheLeaseLossContract extends LeaseLossContract {
        @Override
        TaskQueue open(Clock clock, int maxCrashes) {
            return queue(clock, maxCrashes);
        }
    }

    @Nested
    class MeetsTheSiteLimitsContract extends SiteLimitContract {
        @Override
        TaskQueue open(Clock clock, int maxCrashes) {
            return queue(clock, maxCrashes);
        }
    }

    @Nested
    class MeetsTheTaskHandlersContract extends TaskHandlerContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheWorkerLeasesContract extends WorkerLeaseContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheWorkerLifecyclesContract extends WorkerLifecycleContract {
        @Override
        TaskQueue open(Clock clock) {
            return queue(clock, MANY_CRASHES);
        }
    }

    @Nested
    class MeetsTheSitesContract extends SiteStoreContract {
        @Override
        protected SiteStore open(Clock clock) {
            return opened("queue", clock, MANY_CRASHES).sites();
        }
    }

    @Nested
    class MeetsTheClaimProtocolsContract extends ClaimProtocolContract {
        @Override
        protected World newWorld() {
            closeStores();
            int world = ++worlds;
            Optional<Database> database = newSystemOfRecord("cases" + world);
            assumeTrue(database.isPresent(), "this store's module has no system of record");
            return new World() {
                @Override
                public TaskQueue openQueue() {
                    return opened("queue" + world, Clock.systemUTC(), MANY_CRASHES)
                            .queue();
                }

                @Override
                public TaskQueue openOtherQueue() {
                    return opened("other" + world, Clock.systemUTC(), MANY_CRASHES)
                            .queue();
                }

                @Override
                public Database database() {
                    return database.orElseThrow();
                }
            };
        }
    }
}
