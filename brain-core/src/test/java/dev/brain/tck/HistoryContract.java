package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static dev.brain.queue.TaskQueue.Settlement.Verdict.DROP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.history.History.Entry;
import dev.brain.history.History.Event;
import dev.brain.history.History.Filter;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Failure;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The record of what happened to tasks, sites and incidents. */
abstract class HistoryContract extends TaskQueueFixture {
    private static final Actor ANNA = new Actor("anna");
    private static final Duration LEASE = Duration.ofMinutes(5);

    private Lease take(String owner) {
        List<Lease> leases = queue.take(new TakeRequest(owner, 1, LEASE, List.of(SiteLimits.none(SITE))));
        assertThat(leases).hasSize(1);
        return leases.get(0);
    }

    /** Returns the changes of a task, the oldest first. */
    private List<Entry> of(long taskId) {
        List<Entry> entries =
                queue.history().list(Filter.ofTask(taskId, 100)).stream().collect(Collectors.toList());
        Collections.reverse(entries);
        return entries;
    }

    private List<Event> events(long taskId) {
        return of(taskId).stream().map(Entry::event).toList();
    }

    @Test
    void aTaskThatIsDoneTellsItsWay() {
        long id = queued(queue, 1);
        clock.advance(Duration.ofSeconds(1));
        Lease lease = take("robot-1");
        assertThat(queue.note(lease, Note.SUBMITTING, "to the registry")).isTrue();
        assertThat(queue.finish(lease, new TaskResult.Completed("{}"))).isTrue();

        assertThat(events(id))
                .containsExactly(Event.RESERVED, Event.CLAIMED, Event.TAKEN, Event.SUBMITTING, Event.COMPLETED);
        List<Entry> entries = of(id);
        assertThat(entries).extracting(Entry::siteId).containsOnly(SITE);
        assertThat(entries).extracting(Entry::taskId).containsOnly(id);
        assertThat(entries).extracting(Entry::id).isSorted().doesNotHaveDuplicates();
        assertThat(entries.get(0).resourceId()).isEqualTo("1");
        assertThat(entries.get(0).at()).isEqualTo(START);
        assertThat(entries.get(0).actor().kind()).isEqualTo(Actor.Kind.RUN);
        assertThat(entries.get(2).at()).isEqualTo(START.plusSeconds(1));
        assertThat(entries.get(2).actor()).isEqualTo(new Actor(Actor.Kind.WORKER, "robot-1"));
        assertThat(entries.get(3).detail()).isEqualTo("to the registry");
        assertThat(entries.get(4).actor()).isEqualTo(new Actor(Actor.Kind.WORKER, "robot-1"));
    }

    @Test
    void aLostClaimAndARecoveredOneAreTold() throws Exception {
        Reservation lost = reserve(queue, 1);
        settle(queue, lost, DROP);
        assertThat(events(lost.id())).containsExactly(Event.RESERVED, Event.LOST);

        Reservation left = reserve(queue, 2);
        end(queue);
        queue = another();
        settle(queue, left, CONFIRM);
        assertThat(events(left.id())).containsExactly(Event.RESERVED, Event.RECOVERED);
    }

    @Test
    void everyEndOfAnAttemptIsTold() {
        long id = queued(queue, 1);
        Failure failure = new Failure(Failure.Kind.TECHNICAL, "TIMEOUT", "the page did not answer");
        queue.finish(take("robot-1"), new TaskResult.Returned());
        queue.finish(take("robot-1"), new TaskResult.Deferred(clock.instant().plusSeconds(10), "office closed"));
        clock.advance(Duration.ofSeconds(10));
        queue.sweep();
        queue.finish(take("robot-2"), new TaskResult.Retry(failure, clock.instant()));
        queue.finish(take("robot-2"), new TaskResult.Failed(failure));
        assertThat(queue.operations().retry(ANNA, id)).isTrue();

        assertThat(events(id))
                .containsExactly(
                        Event.RESERVED,
                        Event.CLAIMED,
                        Event.TAKEN,
                        Event.RETURNED,
                        Event.TAKEN,
                        Event.DEFERRED,
                        Event.DUE,
                        Event.TAKEN,
                        Event.RETRIED,
                        Event.TAKEN,
                        Event.FAILED,
                        Event.RETRIED);
        List<Entry> entries = of(id);
        assertThat(entries.get(5).detail()).isEqualTo("office closed");
        assertThat(entries.get(8).detail()).isEqualTo("TIMEOUT: the page did not answer");
        assertThat(entries.get(10).detail()).isEqualTo("TIMEOUT: the page did not answer");
        assertThat(entries.get(11).actor()).isEqualTo(ANNA);
    }

    @Test
    void aLostLeaseIsToldWithItsWorker() {
        long id = queued(queue, 1);
        Lease lease = take("robot-1");
        queue.note(lease, Note.SUBMITTING, "");
        clock.advance(LEASE.plusSeconds(1));
        queue.sweep();
        assertThat(queue.finish(lease, new TaskResult.Completed(null))).isFalse();

        assertThat(events(id))
                .containsExactly(
                        Event.RESERVED, Event.CLAIMED, Event.TAKEN, Event.SUBMITTING, Event.LEASE_LOST, Event.FAILED);
        assertThat(of(id).get(4).detail()).contains("robot-1");
        assertThat(of(id).get(5).detail()).startsWith("SUBMIT_UNKNOWN");
    }

    @Test
    void whatPeopleDoNamesThem() {
        long id = queued(queue, 1);
        assertThat(queue.operations().cancel(ANNA, id)).isTrue();
        assertThat(queue.operations().released(ANNA, id)).isTrue();
        assertThat(queue.operations().unblock(ANNA, SITE, ResourceId.of(1))).isTrue();
        queue.operations().pause(ANNA, SITE, true);
        queue.operations().pause(ANNA, SITE, false);

        List<Entry> hers = queue.history().list(new Filter(Set.of(), null, null, "anna", null, null, 100));
        assertThat(hers)
                .extracting(Entry::event)
                .containsExactly(
                        Event.SITE_RESUMED, Event.SITE_PAUSED, Event.UNBLOCKED, Event.RELEASED, Event.CANCELLED);
        assertThat(queue.operations().cancel(ANNA, id)).isFalse();
        assertThat(queue.operations().released(ANNA, id + 1)).isFalse();
        assertThat(queue.history().list(new Filter(Set.of(), null, null, "anna", null, null, 100)))
                .isEqualTo(hers);
    }

    @Test
    void incidentsAreAssignedNotedAndResolved() {
        queue.incidents()
                .report(List.of(new Report(IncidentCode.CLAIM_FAILED, SITE, ResourceId.of(7), "the row is refused")));
        Incident incident = queue.incidents().list(Set.of(), true, 10).get(0);
        assertThat(queue.incidents().assign(ANNA, incident.id(), "berta")).isTrue();
        assertThat(queue.incidents().note(ANNA, incident.id(), "called the office"))
                .isTrue();
        assertThat(queue.incidents().find(incident.id()).orElseThrow().assignee())
                .isEqualTo("berta");
        assertThat(queue.incidents().resolve(ANNA, incident.id(), "corrected")).isTrue();
        assertThat(queue.incidents().resolve(ANNA, incident.id(), "again")).isFalse();
        assertThat(queue.incidents().assign(ANNA, incident.id(), null)).isFalse();
        assertThat(queue.incidents().note(ANNA, incident.id() + 1, "nowhere")).isFalse();

        List<Entry> entries = queue.history().list(Filter.ofIncident(incident.id(), 10));
        assertThat(entries)
                .extracting(Entry::event)
                .containsExactly(Event.INCIDENT_RESOLVED, Event.INCIDENT_NOTED, Event.INCIDENT_ASSIGNED);
        assertThat(entries).extracting(Entry::detail).containsExactly("corrected", "called the office", "to berta");
        assertThat(entries).extracting(Entry::resourceId).containsOnly("7");
    }

    @Test
    void pruningKeepsWhatHappenedAndDropsTheDetails() {
        long id = queued(queue, 1);
        Lease lease = take("robot-1");
        queue.note(lease, Note.SUBMITTING, "for a named person");
        queue.finish(lease, new TaskResult.Completed("{}"));
        clock.advance(Duration.ofDays(1));
        assertThat(queue.operations().prune(ANNA, clock.instant()).pruned()).isEqualTo(1);

        assertThat(events(id))
                .containsExactly(
                        Event.RESERVED, Event.CLAIMED, Event.TAKEN, Event.SUBMITTING, Event.COMPLETED, Event.PRUNED);
        assertThat(of(id)).extracting(Entry::detail).containsOnlyNulls();
    }

    @Test
    void listsAreFilteredAndContinued() {
        queued(queue, 1);
        clock.advance(Duration.ofMinutes(1));
        long second = queued(queue, 2);

        List<Entry> all = queue.history().list(Filter.newest(100));
        assertThat(all).hasSize(4).extracting(Entry::id).isSortedAccordingTo(Collections.reverseOrder());
        Filter page = new Filter(Set.of(SITE), null, null, null, null, null, 3);
        List<Entry> first = queue.history().list(page);
        List<Entry> next = queue.history()
                .list(new Filter(
                        Set.of(SITE), null, null, null, null, first.get(2).id(), 3));
        assertThat(first).isEqualTo(all.subList(0, 3));
        assertThat(next).isEqualTo(all.subList(3, 4));
        assertThat(queue.history().list(new Filter(Set.of(), null, null, null, clock.instant(), null, 100)))
                .extracting(Entry::taskId)
                .containsOnly(second);
        assertThat(queue.history().list(new Filter(Set.of("parks"), null, null, null, null, null, 100)))
                .isEmpty();
    }

    @Test
    void aChangeThatIsNotMadeIsNotTold() {
        long id = queued(queue, 1);
        Lease lease = take("robot-1");
        queue.finish(lease, new TaskResult.Completed(null));
        List<Event> before = events(id);
        assertThat(queue.finish(lease, new TaskResult.Completed(null))).isFalse();
        assertThat(queue.note(lease, Note.SUBMITTING, "")).isFalse();
        assertThat(queue.operations().retry(ANNA, id)).isFalse();
        assertThat(events(id)).isEqualTo(before);
    }

    /** Returns who has resolved an incident of that code of a resource. */
    private List<Actor> resolvers(IncidentCode code) {
        return queue.incidents().list(Set.of(), false, 100).stream()
                .filter(incident -> incident.report().code() == code)
                .flatMap(incident -> queue.history().list(Filter.ofIncident(incident.id(), 10)).stream())
                .filter(entry -> entry.event() == Event.INCIDENT_RESOLVED)
                .map(Entry::actor)
                .toList();
    }

    @Test
    void anIncidentThatClosesWithItsCauseTellsWhoEndedTheCause() {
        queue.incidents().report(List.of(new Report(IncidentCode.CLAIM_UNKNOWN, SITE, ResourceId.of(1), "unknown")));
        queued(queue, 1);
        assertThat(resolvers(IncidentCode.CLAIM_UNKNOWN))
                .singleElement()
                .satisfies(actor -> assertThat(actor.kind()).isEqualTo(Actor.Kind.RUN));

        queue.incidents().report(List.of(new Report(IncidentCode.LOGIN_FAILED, SITE, null, "refused")));
        queue.incidents().closeOfSite(SITE, Set.of(IncidentCode.LOGIN_FAILED));
        assertThat(resolvers(IncidentCode.LOGIN_FAILED))
                .singleElement()
                .satisfies(actor -> assertThat(actor.kind()).isEqualTo(Actor.Kind.RUN));

        Reservation due = queue.reserve(List.of(TaskDrafts.due(2, 9, START.plus(Duration.ofHours(1)))))
                .get(0);
        settle(queue, due, CONFIRM);
        queue.incidents().report(List.of(new Report(IncidentCode.DEADLINE_NEAR, SITE, ResourceId.of(2), "near")));
        queue.finish(take("robot-1"), new TaskResult.Completed(null));
        assertThat(resolvers(IncidentCode.DEADLINE_NEAR)).containsExactly(new Actor(Actor.Kind.WORKER, "robot-1"));

        queue.finish(take("robot-1"), new TaskResult.Failed(new Failure(Failure.Kind.BUSINESS, "NO", "closed")));
        queue.operations()
                .retry(
                        ANNA,
                        queue.operations().list(TaskFilter.newest(9)).get(1).id());
        assertThat(resolvers(IncidentCode.BUSINESS_FAILURE)).containsExactly(ANNA);
    }

    @Test
    void whatAPersonClaimsTellsWho() {
        Reservation reserved =
                queue.by(ANNA).reserve(List.of(TaskDrafts.draft(1))).get(0);
        settle(queue.by(ANNA), reserved, CONFIRM);
        assertThat(of(reserved.id())).extracting(Entry::actor).containsOnly(ANNA);
        assertThat(events(reserved.id())).containsExactly(Event.RESERVED, Event.CLAIMED);
    }

    @Test
    void aTaskThatIsHeldAsItIsConfirmedHasAnEntryForEachChange() {
        Reservation reserved =
                queue.reserve(List.of(TaskDrafts.draft(1).held("new client"))).get(0);
        settle(queue, reserved, CONFIRM);
        assertThat(events(reserved.id())).containsExactly(Event.RESERVED, Event.CLAIMED, Event.HELD);
    }
}
