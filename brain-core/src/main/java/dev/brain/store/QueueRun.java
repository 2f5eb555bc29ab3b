package dev.brain.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Identifies those who claim on an opened queue by {@code host/pid/startMillis/n}, so that each reservation names who made
 * it. The host includes its process namespace, because containers may have one host name and the same process ids.
 */
final class QueueRun implements Runs {
    /** How long a reservation of another host is left alone, because this host cannot see whether that run is alive. */
    static final Duration FOREIGN = Duration.ofMinutes(10);

    /** The tolerance for start times, which are computed from the boot time and change when the clock is set. */
    private static final long START_TOLERANCE_MILLIS = 2_000;

    private static final String HOST = host();
    private static final String PROCESS = HOST + "/" + ProcessHandle.current().pid() + "/"
            + startMillis(ProcessHandle.current()).orElse(0L);
    private static final AtomicLong COUNTER = new AtomicLong();
    private static final Set<String> OPEN = ConcurrentHashMap.newKeySet();

    private final String name = PROCESS + "/" + COUNTER.incrementAndGet();
    private final Set<QueueRun> within = ConcurrentHashMap.newKeySet();

    private QueueRun() {
        OPEN.add(name);
    }

    static QueueRun begin() {
        return new QueueRun();
    }

    @Override
    public QueueRun beginWithin() {
        within.removeIf(run -> !OPEN.contains(run.name));
        QueueRun run = new QueueRun();
        within.add(run);
        return run;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {
        OPEN.remove(name);
        within.forEach(QueueRun::close);
    }

    @Override
    public Others others(Sql sql, Instant now) {
        return (run, reservedAt) -> !name.equals(run) && isAlive(run, reservedAt, now);
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
            return OPEN.contains(run);
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
        if (process.isEmpty() || isZombie(pid)) {
            return false;
        }
        long actual = startMillis(process.get()).orElse(startMillis);
        return Math.abs(actual - startMillis) <= START_TOLERANCE_MILLIS;
    }

    /** Returns whether a process has ended, but its parent has not collected it, so that Linux still lists it. */
    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            // the state comes after the program's name, which may contain anything
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException notLinux) {
            return false;
        }
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
        return (name.strip() + processNamespace()).replace('/', '_');
    }

    /** Returns the namespace in which this process's id is unique on its host; empty where there are none. */
    private static String processNamespace() {
        try {
            String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return "@" + link.replaceAll("\\D+", "");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return "";
        }
    }
}
