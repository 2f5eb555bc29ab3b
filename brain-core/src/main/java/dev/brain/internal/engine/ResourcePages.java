package dev.brain.internal.engine;

import dev.brain.error.ConfigurationException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a site's resources page by page. If it does not begin with the first, it can continue there after the last, up to
 * where it began. Reports rows whose ids are unusable. Fails if a page does not advance the cursor, because the list
 * would have no end.
 */
final class ResourcePages {
    /** After this many unusable ids and no usable one, the fault is the profile's rather than a row's. */
    private static final int UNUSABLE_AT_MOST = 100;

    private final String siteId;
    private final int size;
    private final RowIncidents rows;
    private final Reader reader;

    private @Nullable Resource cursor;
    /** The last resource of each page so far. */
    private final Set<Row> ends = new HashSet<>();

    private Set<Row> last = Set.of();
    private Set<ResourceId> lastUnusable = Set.of();
    /** The resources that were read before those at the beginning of the list; empty if it began there. */
    private final Set<ResourceId> readFirst = new HashSet<>();

    private boolean startsLater;
    private boolean exhausted;

    /** @param start the resource after which to begin; null begins with the first */
    ResourcePages(String siteId, int size, @Nullable Resource start, RowIncidents rows, Reader reader) {
        this.siteId = siteId;
        this.size = size;
        this.cursor = start;
        this.startsLater = start != null;
        this.rows = rows;
        this.reader = reader;
    }

    /** A resource as it was read: its id, and a hash of its columns that tells whether it was changed. */
    private record Row(ResourceId id, int contents) {
        static Row of(Resource resource) {
            return new Row(
                    resource.id(),
                    Arrays.deepHashCode(resource.columns().values().toArray()));
        }
    }

    /** Reads one page from the system of record. */
    interface Reader {
        List<Resource> read(@Nullable Resource after, int limit);
    }

    /** Returns whether the last page was read, see {@link #continueAtFirst}. */
    boolean isExhausted() {
        return exhausted;
    }

    /** Returns the next page's resources, without those whose ids are unusable. */
    List<Resource> next() {
        return SiteContext.fromSource(() -> {
            List<Resource> page = reader.read(cursor, size);
            List<Resource> usable =
                    page.stream().filter(row -> row.fault() == null).toList();
            reportUnusable(page.stream().filter(row -> row.fault() != null).toList(), usable.isEmpty());
            exhausted = page.size() < size || usable.isEmpty();
            List<Resource> added = usable.isEmpty() ? usable : advance(usable);
            if (startsLater) {
                readFirst.addAll(SiteContext.ids(usable));
                return added;
            }
            exhausted |= !usable.isEmpty()
                    && readFirst.contains(usable.get(usable.size() - 1).id());
            return added.stream()
                    .filter(resource -> !readFirst.contains(resource.id()))
                    .toList();
        });
    }

    /** Begins at the first resource if it began later and was exhausted. Returns false if everything was read. */
    boolean continueAtFirst() {
        if (!startsLater) {
            return false;
        }
        startsLater = false;
        exhausted = false;
        cursor = null;
        last = Set.of();
        ends.clear();
        return true;
    }

    /**
     * Returns the resources that were not on the page before. One that was changed meanwhile, so that it has another place
     * in the list, may be listed again.
     */
    private List<Resource> advance(List<Resource> usable) {
        Set<Row> rows = usable.stream().map(Row::of).collect(Collectors.toSet());
        Set<ResourceId> before = last.stream().map(Row::id).collect(Collectors.toSet());
        rows.stream().filter(last::contains).findFirst().ifPresent(row -> {
            throw new ConfigurationException(
                    "resource " + row.id() + " is listed again on the page after its own, so the"
                            + " list would have no end: the database compares the ids differently than Brain reads them;"
                            + " 'brain sites check "
                            + siteId + "' says more");
        });
        List<Resource> added = usable.stream()
                .filter(resource -> !before.contains(resource.id()))
                .toList();
        Resource end = usable.get(usable.size() - 1);
        if (added.isEmpty() && !exhausted) {
            throw new ConfigurationException(
                    "all resources of a page are listed again on the next one with other values,"
                            + " so the list would have no end; the first: "
                            + usable.get(0).id());
        }
        if (!ends.add(Row.of(end))) {
            throw new ConfigurationException("resource " + end.id()
                    + " is the end of a page for the second time, so the list"
                    + " would have no end: the ids compare differently than they are read; 'brain sites check " + siteId
                    + "' says more");
        }
        last = rows;
        cursor = end;
        return added;
    }

    private void reportUnusable(List<Resource> unusable, boolean isNoOther) {
        if (isNoOther && unusable.size() >= UNUSABLE_AT_MOST) {
            throw new ConfigurationException(
                    "the ids of " + unusable.size() + " consecutive rows can't be used; the first: "
                            + unusable.get(0).fault());
        }
        rows.report(unusable.stream()
                .filter(row -> !lastUnusable.contains(row.id()))
                .map(row -> new Report(IncidentCode.CLAIM_FAILED, siteId, row.id(), String.valueOf(row.fault())))
                .toList());
        lastUnusable = new HashSet<>(SiteContext.ids(unusable));
    }
}
