package dev.brain;

import dev.brain.check.Finding;
import dev.brain.config.SettingDefinition;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SyncScope;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.internal.engine.Engine;
import dev.brain.queue.Task;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import java.util.List;

/**
 * The actions of operators on single resources and sites. Thread-safe.
 *
 * @stability evolving
 */
public final class BrainOperations {
    private final Engine engine;

    BrainOperations(Engine engine) {
        this.engine = engine;
    }

    /**
     * Claims and queues one resource that the site selects. Its reference must match the site's pattern, and it must be
     * free or the claimant's. If it is the claimant's and this queue never had a task for it, the report has a warning.
     *
     * @param dry true to report what would happen without writing
     * @throws ConfigurationException if there is no such site
     */
    public CycleReport sync(String siteId, ResourceId id, boolean dry) {
        return sync(Actor.ofProcess(), siteId, id, SyncScope.SITE, dry);
    }

    /**
     * Does the same within a scope: {@link SyncScope#ANY} also accepts resources that the site does not select.
     *
     * @param actor who asks for it, for the history; defaults to the user of the operating system
     */
    public CycleReport sync(Actor actor, String siteId, ResourceId id, SyncScope scope, boolean dry) {
        return engine.sync(actor, siteId, id, scope, dry);
    }

    /** Releases a task's resource, unless the task {@linkplain Task#mayBeSubmitted may have been submitted}. */
    public boolean release(Actor actor, long taskId) {
        return release(actor, taskId, false);
    }

    /**
     * Releases a task's resource in the system of record. A waiting task is cancelled first, so that no worker takes it
     * in the meantime. The resource stays blocked until somebody unblocks it. Incidents of a failed task close.
     *
     * @param actor who asks for it, for the history
     * @param notSubmitted whether somebody made sure that the task was not submitted
     * @return true if this call released the resource; false if it is not, or no longer, the claimant's
     * @throws ConfigurationException if there is no such task, it is completed, a worker has it, or its profile does
     *     not support releasing
     */
    public boolean release(Actor actor, long taskId, boolean notSubmitted) {
        return engine.actions().release(actor, taskId, notSubmitted);
    }

    /** Makes a task pending again, unless it {@linkplain Task#mayBeSubmitted may have been submitted}. */
    public boolean retry(Actor actor, long taskId) {
        return retry(actor, taskId, false);
    }

    /**
     * Makes a failed or cancelled task pending again, if its resource is still the claimant's. A task of another program
     * is accepted without that check, because its claimant is unknown.
     *
     * @param actor who asks for it, for the history
     * @param notSubmitted whether somebody made sure that the task was not submitted
     * @return false if it is neither failed nor cancelled, if its resource has an active task or, unless notSubmitted is
     *     set, if its resource has a later task that is completed or may have been submitted
     * @throws BrainException if it may have been submitted and this is not ruled out, or if its resource is no longer the
     *     claimant's or can't be read
     */
    public boolean retry(Actor actor, long taskId, boolean notSubmitted) {
        return engine.actions().retry(actor, taskId, notSubmitted);
    }

    /** Checks everything that cycles and workers need of a site. The findings say what to do. Writes nothing. */
    public List<Finding> check(Site site) {
        return engine.check(site);
    }

    /**
     * Returns the declarations of a site's settings: those of every site, and those of the providers that it names.
     *
     * @throws ConfigurationException if a file that declares some can't be read
     */
    public List<SettingDefinition<?>> settings(Site site) {
        return engine.settings().declared(site);
    }

    /** Returns what is wrong with a site's settings, as an import would say it; empty if nothing is. */
    public List<String> problems(Site site) {
        return engine.settings().problems(site);
    }
}
