package dev.brain.store;

import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.internal.notification.Outbox;
import dev.brain.resource.ResourceId;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The incidents of a store, and their listeners. */
final class RelationalIncidentLog implements IncidentLog, Outbox.Source {
    private static final Logger LOG = LoggerFactory.getLogger(RelationalIncidentLog.class);

    private final Transactions transactions;
    private final Clock clock;
    private final RelationalOutbox outbox;
    private final IncidentTable incidents;
    private final List<Listener> listeners;
    private final Actor actor;

    /** @param actor who closes incidents whose cause is gone, for the history */
    RelationalIncidentLog(Transactions transactions, Clock clock, HistoryTable history, Actor actor) {
        this.actor = actor;
        this.listeners = new CopyOnWriteArrayList<>();
        this.transactions = transactions;
        this.clock = clock;
        this.outbox = new RelationalOutbox(transactions, clock);
        this.incidents = new IncidentTable(
                history,
                new Listener() {
                    @Override
                    public void recorded(Report report, boolean opened) {
                        tell(report.siteId(), listener -> listener.recorded(report, opened));
                    }

                    @Override
                    public void closed(Incident incident) {
                        tell(incident.report().siteId(), listener -> listener.closed(incident));
                    }
                },
                outbox.table());
    }

    private RelationalIncidentLog(RelationalIncidentLog same, Actor actor) {
        this.transactions = same.transactions;
        this.clock = same.clock;
        this.outbox = same.outbox;
        this.incidents = same.incidents;
        this.listeners = same.listeners;
        this.actor = actor;
    }

    /** Returns the same log for another actor. */
    RelationalIncidentLog by(Actor other) {
        return new RelationalIncidentLog(this, other);
    }

    @Override
    public RelationalOutbox outbox() {
        return outbox;
    }

    /** Returns the table, whose reports the listeners receive. */
    IncidentTable table() {
        return incidents;
    }

    @Override
    public Subscription listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(String siteId, Consumer<Listener> event) {
        for (Listener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) {
                // the incident is committed, so nothing may look as if it were not
                LOG.warn("a listener failed on an incident of site {}", siteId, e);
            }
        }
    }

    @Override
    public List<Report> report(List<Report> reports) {
        return reports.isEmpty()
                ? List.of()
                : transactions.write("report incidents", sql -> incidents.report(sql, reports, clock.instant()));
    }

    @Override
    public void closeOfSite(String siteId, Collection<IncidentCode> codes) {
        // called for every site in every cycle: a commit is spent only where there is something to close
        if (read(siteId, sql -> incidents.isOpenOfSite(sql, siteId, codes))) {
            writeClosing(siteId, sql -> incidents.closeOfSite(sql, actor, siteId, codes, clock.instant()));
        }
    }

    @Override
    public void close(String siteId, IncidentCode code, Collection<ResourceId> resourceIds) {
        if (!resourceIds.isEmpty()) {
            writeClosing(
                    siteId, sql -> incidents.close(sql, actor, siteId, Set.of(code), resourceIds, clock.instant()));
        }
    }

    private void writeClosing(String siteId, Transactions.Work<Integer> work) {
        transactions.write("close incidents of site " + siteId, work);
    }

    @Override
    public boolean resolve(Actor person, long id, @Nullable String note) {
        find(id).map(incident -> incident.report().code()).ifPresent(code -> {
            if (code == IncidentCode.RESTORED) {
                throw new ConfigurationException(
                        "incident " + id + " is closed by approving what was restored"
                                + " ('brain queue restored approve'), because resolving it alone would let the site claim again");
            }
            if (code == IncidentCode.RESTORED_CLAIMS) {
                throw new ConfigurationException(
                        "incident " + id + " is closed by the next cycle, which reads the claims of its site"
                                + " ('brain run --once'); resolving it alone could let the site queue what was filed already");
            }
        });
        return transactions.write(
                "resolve incident " + id, sql -> incidents.resolve(sql, person, id, note, clock.instant()));
    }

    @Override
    public boolean assign(Actor person, long id, @Nullable String assignee) {
        return transactions.write(
                "assign incident " + id, sql -> incidents.assign(sql, person, id, assignee, clock.instant()));
    }

    @Override
    public boolean note(Actor person, long id, String note) {
        return transactions.write(
                "note on incident " + id, sql -> incidents.note(sql, person, id, note, clock.instant()));
    }

    @Override
    public Optional<Incident> find(long id) {
        return transactions.read("read incident " + id, sql -> incidents.find(sql, id));
    }

    @Override
    public List<Incident> list(Filter filter) {
        return transactions.read("list incidents", sql -> incidents.list(sql, filter));
    }

    @Override
    public Set<ResourceId> openOn(String siteId, IncidentCode code, Collection<ResourceId> resourceIds) {
        return read(siteId, sql -> incidents.openOn(sql, siteId, code, resourceIds));
    }

    @Override
    public Set<ResourceId> everOn(String siteId, IncidentCode code, Collection<ResourceId> resourceIds) {
        return resourceIds.isEmpty() ? Set.of() : read(siteId, sql -> incidents.everOn(sql, siteId, code, resourceIds));
    }

    @Override
    public List<Incident> open(String siteId, IncidentCode code, @Nullable ResourceId after, int limit) {
        return read(siteId, sql -> incidents.open(sql, siteId, code, after, limit));
    }

    @Override
    public Map<String, Set<IncidentCode>> openCodes() {
        return transactions.read("read the incidents of sites", incidents::openCodes);
    }

    @Override
    public List<Incident> openOfSites(IncidentCode code) {
        return transactions.read("read the incidents of sites", sql -> incidents.openOfSites(sql, code));
    }

    private <T> T read(String siteId, Transactions.Work<T> work) {
        return transactions.read("read the incidents of site " + siteId, work);
    }
}
