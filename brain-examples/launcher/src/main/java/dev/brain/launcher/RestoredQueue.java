package dev.brain.launcher;

import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog.Filter;
import dev.brain.queue.Store;
import dev.brain.queue.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a person must look at because the queue was restored from a backup.
 *
 * @param isApproved whether a person has let it go on
 * @param held how many tasks are held
 * @param unknown how many submissions are unknown
 * @param orphans how many claims have no task
 * @param unread the sites whose claims have not been read since
 */
record RestoredQueue(boolean isApproved, long held, int unknown, int orphans, List<String> unread) {
    /** More incidents than these are not counted. */
    private static final int MOST = 10_000;

    /** Returns empty if nothing is left to look at after a restore. */
    static Optional<RestoredQueue> of(Store store) {
        Map<String, Set<IncidentCode>> open = store.incidents().openCodes();
        boolean isApproved = open.values().stream().noneMatch(codes -> codes.contains(IncidentCode.RESTORED));
        List<String> unread = open.entrySet().stream()
                .filter(site -> site.getValue().contains(IncidentCode.RESTORED_CLAIMS))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (isApproved && unread.isEmpty()) {
            return Optional.empty();
        }
        long held = store.operations().counts().values().stream()
                .mapToLong(counts -> counts.getOrDefault(TaskStatus.HELD.code(), 0L))
                .sum();
        return Optional.of(new RestoredQueue(
                isApproved,
                held,
                count(store, IncidentCode.SUBMIT_UNKNOWN),
                count(store, IncidentCode.ORPHAN_CLAIM),
                unread));
    }

    private static int count(Store store, IncidentCode code) {
        return store.incidents()
                .list(new Filter(Set.of(), Set.of(code), null, null, true, MOST))
                .size();
    }

    /** Says what must be looked at, in one line. */
    String text() {
        List<String> parts = new ArrayList<>();
        if (held > 0) {
            parts.add(DisplayText.count(held, "held task") + " ('brain tasks list --status held')");
        }
        if (unknown > 0) {
            parts.add(DisplayText.count(unknown, "unknown submission")
                    + " ('brain incidents list --code SUBMIT_UNKNOWN')");
        }
        if (orphans > 0) {
            parts.add(DisplayText.count(orphans, "claim")
                    + " without a task ('brain incidents list --code ORPHAN_CLAIM')");
        }
        if (!unread.isEmpty()) {
            parts.add("the claims of " + unread.stream().collect(Collectors.joining(", "))
                    + ", which the next cycle reads ('brain run --once')");
        }
        String look = parts.isEmpty() ? "nothing" : String.join(", ", parts);
        return "the queue was restored from a backup; to be looked at: " + look
                + (isApproved ? "" : "; nothing is claimed before 'brain queue restored approve'");
    }
}
