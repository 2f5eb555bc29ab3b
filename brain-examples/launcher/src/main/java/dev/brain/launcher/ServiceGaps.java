package dev.brain.launcher;

import dev.brain.config.Environment;
import dev.brain.queue.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a Brain lacks that runs unattended. None of it is wrong for somebody who tries Brain out. */
final class ServiceGaps {
    private static final Duration BACKUP_AGE = Duration.ofDays(2);

    private ServiceGaps() {}

    /** Returns a sentence for each gap that can be seen; tasks are counted by site and status. */
    static List<String> of(
            Environment environment,
            Path home,
            Optional<Path> queueFile,
            Map<String, Map<String, Long>> tasks,
            Instant now) {
        List<String> gaps = new ArrayList<>();
        if (environment.get("BRAIN_HOME").isEmpty()) {
            gaps.add("BRAIN_HOME is not set, so logs and plug-ins are in the folder in which a command is started.");
        }
        if (environment.get("BRAIN_NOTIFY_URL").isEmpty()) {
            gaps.add("BRAIN_NOTIFY_URL is not set, so nobody is notified of incidents.");
        }
        if ("root".equals(System.getProperty("user.name"))) {
            gaps.add("This command runs as root; a service needs a user of its own.");
        }
        long pending = count(tasks, TaskStatus.PENDING);
        if (pending > 0 && count(tasks, TaskStatus.PROCESSING) == 0) {
            gaps.add(DisplayText.count(pending, "task") + " pending, and none is in work; see that a worker runs.");
        }
        Path backups = home.resolve("backup").toAbsolutePath().normalize();
        if (queueFile.isPresent()) {
            try {
                if (!hasFile(backups, now.minus(BACKUP_AGE))) {
                    gaps.add("No file in " + backups + " is younger than two days; see 'brain queue backup --help'.");
                }
            } catch (IOException e) {
                gaps.add("Cannot see whether there is a backup in " + backups + " (" + e + ").");
            }
        }
        return gaps;
    }

    private static long count(Map<String, Map<String, Long>> tasks, TaskStatus status) {
        return tasks.values().stream()
                .mapToLong(byStatus -> byStatus.getOrDefault(status.code(), 0L))
                .sum();
    }

    private static boolean hasFile(Path folder, Instant since) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isAfter(since)) {
                    return true;
                }
            }
            return false;
        }
    }
}
