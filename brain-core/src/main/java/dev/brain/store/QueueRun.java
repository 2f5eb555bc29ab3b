package dev.brain.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Identifies an opened queue by {@code host/pid/startMillis/n}, so that each reservation names who made it. */
final class QueueRun implements AutoCloseable {
    /** How long a reservation of another host is left alone, because this host cannot see whether that run is alive. */
    static final Duration FOREIGN = Duration.ofMinutes(10);

    /** The tolerance for start times, which are computed from the boot time and change when the clock is set. */
    private static final long START_TOLERANCE_MILLIS = 2_000;

    private static final String HOST = host();
    private static final String PROCESS = HOST + "/" + ProcessHandle.current().pid() + "/"
            + startMillis(ProcessHandle.current()).orElse(0L);
    private static final AtomicLong COUNTER = new AtomicLong();
    private static final Map<String, Integer> OPEN = new ConcurrentHashMap<>();

    private final String name;

    private QueueRun(String name) {
        this.name = name;
        OPEN.merge(name, 1, Integer::sum);
    }

    static QueueRun begin() {
        return new QueueRun(PROCESS + "/" + COUNTER.incrementAndGet());
    }

    /** Returns the name as the table stores it. */
    String name() {
        return name;
    }

    @Override
    public void close() {
        OPEN.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1);
    }

    /** Returns whether a run other than this one may still be working on what it reserved at that time. */
    boolean isOfAnotherLivingRun(@Nullable String run, Instant reservedAt, Instant now) {
        return !name.equals(run) && isAlive(run, reservedAt, now);
    }

    /**
     * Returns whether a run may still be working on what it reserved at that time. An unreadable name belongs to no
     * run.
     */
    static boolean isAlive(@Nullable String run, Instant reservedAt, Instant now) {
        if (run == null) {
            return false;
        }
        if (run.startsWith(PROCESS + "/")) {
            return OPEN.containsKey(run);
        }
        String[] parts = run.split("/", -1);
        if (parts.length != 4) {
            return false;
        }
        if (!parts[0].equals(HOST)) {
            return reservedAt.plus(FOREIGN).isAfter(now);
        }
        try {
            return isProcess(Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isProcess(long pid, long startMillis) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (process.isEmpty()) {
            return false;
        }
        long actual = startMillis(process.get()).orElse(startMillis);
        return Math.abs(actual - startMillis) <= START_TOLERANCE_MILLIS;
    }

    private static Optional<Long> startMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli);
    }

    /** Returns the host's name from the kernel or from Windows' environment, because a look-up by DNS can hang. */
    private static String host() {
        String name = null;
        try {
            name = Files.readString(Path.of("/proc/sys/kernel/hostname"));
        } catch (IOException notLinux) {
            name = System.getenv("COMPUTERNAME");
        }
        if (name == null || name.isBlank()) {
            try {
                name = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                name = "localhost";
            }
        }
        return name.strip().replace('/', '_');
    }
}
