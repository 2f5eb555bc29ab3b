package dev.brain.store;

import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.queue.SiteState;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskOperations;
import dev.brain.resource.ResourceId;
import dev.brain.store.HistoryTable.Subject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs the operations of people on the tasks of a store. Thread-safe. */
final class RelationalTaskOperations implements TaskOperations {
    private static final Logger LOG = LoggerFactory.getLogger(RelationalTaskOperations.class);
    private static final int PRUNED_AT_ONCE = 500;

    private final Transactions transactions;
    private final Clock clock;
    private final TaskTable tasks;
    private final SiteStateTable siteStates;
    private final HistoryTable history;
    private final RestoreTable restores;

    RelationalTaskOperations(
            Transactions transactions, Clock clock, TaskTable tasks, SiteStateTable siteStates, HistoryTable history) {
        this.history = history;
        this.restores = tasks.restores();
        this.transactions = transactions;
        this.clock = clock;
        this.tasks = tasks;
        this.siteStates = siteStates;
    }

    @Override
    public Optional<Task> find(long id) {
        return transactions.read("read task " + id, sql -> tasks.find(sql, id));
    }

    @Override
    public List<Task> list(TaskFilter filter) {
        return transactions.read("list tasks", sql -> tasks.list(sql, filter));
    }

    @Override
    public Map<String, Map<String, Long>> counts() {
        return transactions.read("count tasks", tasks::counts);
    }

    @Override
    public boolean retry(Actor actor, long id, boolean notSubmitted) {
        return told(
                actor,
                "retried task " + id + (notSubmitted ? " and confirmed that it was not submitted" : ""),
                transactions.write("retry task " + id, sql -> {
                    if (notSubmitted) {
                        StepTable.requireNoReceipt(sql, id);
                    }
                    Optional<String> siteId = tasks.retry(sql, actor, id, notSubmitted, clock.instant());
                    siteId.ifPresent(ready -> announce(sql, ready));
                    return siteId.isPresent();
                }));
    }

    @Override
    public boolean hold(Actor actor, long id, String reason) {
        return told(
                actor,
                "held task " + id,
                transactions.write("hold task " + id, sql -> tasks.hold(sql, actor, id, reason, clock.instant())));
    }

    @Override
    public boolean approve(Actor actor, long id, @Nullable String note) {
        return told(actor, "approved task " + id, transactions.write("approve task " + id, sql -> {
            Optional<String> siteId = tasks.approve(sql, actor, id, note, clock.instant());
            siteId.ifPresent(ready -> announce(sql, ready));
            return siteId.isPresent();
        }));
    }

    @Override
    public int markRestored(Actor actor) {
        int held =
                transactions.write("mark the queue as restored", sql -> restores.mark(sql, actor, clock.instant(), 0));
        LOG.info("{} marked the queue as restored; {} tasks are held", actor.name(), held);
        return held;
    }

    @Override
    public int approveRestored(Actor actor) {
        int approved = transactions.write("approve what was restored", sql -> {
            List<String> siteIds = restores.approve(sql, actor, clock.instant());
            siteIds.stream().distinct().forEach(siteId -> announce(sql, siteId));
            return siteIds.size();
        });
        LOG.info("{} approved what was restored; {} tasks go on", actor.name(), approved);
        return approved;
    }

    @Override
    public boolean cancel(Actor actor, long id) {
        return told(
                actor,
                "cancelled task " + id,
                transactions.write("cancel task " + id, sql -> tasks.cancel(sql, actor, id, clock.instant())));
    }

    @Override
    public boolean released(Actor actor, long id) {
        return told(
                actor,
                "released the resource of task " + id,
                transactions.write("record a release", sql -> tasks.released(sql, actor, id, clock.instant())));
    }

    @Override
    public boolean unblock(Actor actor, String siteId, ResourceId resourceId, boolean notSubmitted) {
        String resource = "resource " + resourceId + " of site " + siteId;
        return told(
                actor,
                "unblocked " + resource + (notSubmitted ? " and confirmed that it was not submitted" : ""),
                transactions.write(
                        "unblock " + resource,
                        sql -> tasks.unblock(sql, actor, siteId, resourceId, notSubmitted, clock.instant())));
    }

    @Override
    public void pause(Actor actor, String siteId, boolean paused) {
        transactions.write("pause site " + siteId, sql -> {
            if (!paused) {
                announce(sql, siteId);
            }
            Event event = paused ? Event.SITE_PAUSED : Event.SITE_RESUMED;
            history.record(sql, clock.instant(), actor, event, Subject.site(siteId, null));
            return siteStates.pause(sql, siteId, paused);
        });
        told(actor, (paused ? "paused site " : "resumed site ") + siteId, true);
    }

    @Override
    public List<SiteState> siteStates() {
        return transactions.read("read the sites' states", siteStates::states);
    }

    /**
     * Prunes in many short transactions and searches outside of them, so that other programs get the lock in between.
     */
    @Override
    public Pruning prune(Actor actor, Instant endedBefore) {
        transactions.write("prune the reports of cycles", sql -> CycleTable.prune(sql, endedBefore));
        int pruned = 0;
        long after = 0;
        while (true) {
            long from = after;
            List<Long> ids = transactions.read(
                    "look for tasks to prune", sql -> tasks.prunable(sql, from, endedBefore, PRUNED_AT_ONCE));
            if (ids.isEmpty()) {
                told(actor, "deleted the personal data of " + pruned + " tasks", pruned > 0);
                return new Pruning(
                        pruned, transactions.read("count tasks to keep", sql -> tasks.unresolved(sql, endedBefore)));
            }
            pruned += transactions.write("prune tasks", sql -> tasks.prune(sql, actor, ids, clock.instant()));
            after = ids.get(ids.size() - 1);
        }
    }

    private void announce(Sql sql, String siteId) {
        sql.afterCommit(() -> transactions.announce(Set.of(siteId)));
    }

    /** Logs a change, if it was made. */
    private static boolean told(Actor actor, String change, boolean made) {
        if (made) {
            LOG.info("{} {}", actor.name(), change);
        }
        return made;
    }
}
