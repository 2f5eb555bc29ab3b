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

/** One opened queue, told apart from all others by {@code host/pid/startMillis/n}: who made a reservation. */
final class QueueRun implements AutoCloseable {
    /** How long a reservation of another host is left alone: whether its run lives can't be seen from here. */
    static final Duration FOREIGN = Duration.ofMinutes(10);

    /** Start times are computed from the clock of the boot, which may be set a little meanwhile. */
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

    /** As it stands in the table. */
    String name() {
        return name;
    }

    @Override
    public void close() {
        OPEN.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1);
    }

    /** Returns whether a run other than this one may still be working on what it reserved then. */
    boolean isOfAnotherLivingRun(@Nullable String run, Instant reservedAt, Instant now) {
        return !name.equals(run) && isAlive(run, reservedAt, now);
    }

    /** Whether a run may still be working on what it reserved then; an unreadable name belongs to nobody. */
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

    /** Without a look-up by name, which can hang: the kernel knows, and so does Windows' environment. */
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
